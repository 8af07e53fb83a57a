import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { repositoryRoot } from '../repository.mjs';
import { tiedToUs } from '../supervise/program.mjs';

const SAME_PRESS_MS = 700;
const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']);

/**
 * Runs one process in the foreground: its output is ours, our signals are its signals, its exit code is ours.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {{ onStart?: (hasExited: () => boolean) => void }} [options]
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 */
export async function runForeground(command, args, env, { onStart } = {}) {
  const tied = tiedToUs({ command, args, stopSignals: ['SIGTERM'] });
  // An own group: a Ctrl-C then reaches it once, through us, and not a second time from the terminal.
  const child = spawn(tied.command, tied.args, { cwd: repositoryRoot, env, stdio: 'inherit', detached: true });
  let isOver = false;
  let forwardedAt = -Infinity;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // The terminal and npm both send a Ctrl-C; the process must not take it for an impatient second one.
    if (performance.now() - forwardedAt < SAME_PRESS_MS) return;
    forwardedAt = performance.now();
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => onStart?.(() => isOver));
      child.once('exit', (code, signal) => {
        isOver = true;
        resolve(signal ? 128 + constants.signals[signal] : (code ?? 1));
      });
    });
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { pollUntil } from '../poll-until.mjs';
import { openLog } from './log-file.mjs';

const SETPRIV = '/usr/bin/setpriv';

/**
 * Something that the launcher runs.
 * @typedef {object} Program
 * @property {string} name names its files
 * @property {string} title names it to people
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cwd
 * @property {{ uid: number, gid: number }} [user] as whom it runs, when not as we do
 * @property {readonly NodeJS.Signals[]} stopSignals each gets its time before the next, SIGKILL is the last
 * @property {NodeJS.Signals} [reopenSignal] makes it open its log files anew
 * @property {number} readyTimeoutMs
 * @property {() => Promise<void>} [prepare] runs before every start
 * @property {(pid: number) => boolean | Promise<boolean>} isReady
 * @property {() => Promise<boolean>} [isAlive] whether it still answers; one that does not is replaced
 * @property {number} [checkEveryMs] how often that is asked
 *
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit
 * @typedef {{ pid: number, exited: Promise<Exit>, hasExited: () => boolean }} RunningProgram
 */

/**
 * Starts a program in a process group of its own, so that a Ctrl-C in the terminal reaches only the launcher.
 * It writes to its log directly: when the launcher dies, nothing it says is lost and no broken pipe ends it.
 * @param {Program} program
 * @param {{ log: string, endsWithUs?: boolean }} options endsWithUs: the kernel ends it when we die
 * @returns {Promise<RunningProgram>}
 */
export async function spawnProgram(program, { log, endsWithUs = false }) {
  const output = openLog(log);
  const { command, args, user } = endsWithUs ? tiedToUs(program) : program;
  try {
    const child = spawn(command, args, {
      cwd: program.cwd,
      env: program.env,
      detached: true,
      stdio: ['ignore', output, output],
      ...user,
    });
    let isOver = false;
    const exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        isOver = true;
        resolve({ code, signal });
      });
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return { pid: /** @type {number} */ (child.pid), exited, hasExited: () => isOver };
  } finally {
    fs.closeSync(output);
  }
}

/**
 * The command that the kernel ends when we die. The death signal is set after the change of user, which would clear it; so setpriv does both.
 * @param {Pick<Program, 'command' | 'args' | 'user' | 'stopSignals'>} program
 * @returns {Pick<Program, 'command' | 'args' | 'user'>}
 */
export function tiedToUs({ command, args, user, stopSignals }) {
  if (!fs.existsSync(SETPRIV)) return { command, args, ...(user && { user }) };
  const asUser = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
  const signal = (stopSignals[0] ?? 'SIGTERM').replace('SIG', '');
  return { command: SETPRIV, args: [...asUser, '--pdeathsig', signal, '--', command, ...args] };
}

/**
 * @param {Program} program
 * @param {RunningProgram} running
 * @param {AbortSignal} [signal] stop waiting
 * @returns {Promise<boolean>} false when it ended, took too long, or the signal came
 */
export async function waitUntilReady(program, running, signal) {
  let isReady = false;
  await pollUntil(
    async () => {
      if (running.hasExited()) return true;
      isReady = await program.isReady(running.pid);
      return isReady;
    },
    { timeoutMs: program.readyTimeoutMs, signal },
  );
  return isReady && !running.hasExited();
}

import { spawn } from 'node:child_process';
import { LaunchFailure } from './launch-failure.mjs';

/** A compiler tells the reason first, a build tool last: both ends are shown. */
const HEAD_LINES = 30;
const TAIL_LINES = 40;
const KEPT_BYTES = 32 * 1024;
const PATIENCE_MS = 2000;

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {string} [input] what the command reads; nothing when absent
 * @property {boolean} [show] true: its output goes to the console as it comes, and is not kept
 * @property {AbortSignal} [signal] ends the command and all that it started
 */

/**
 * Runs a command to its end. It never rejects for an exit code: what a failure means is the caller's business.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<{ ok: boolean, code: number, output: string }>} output: what stdout and stderr began and ended with
 */
export async function runCommand(command, args, options = {}) {
  const { signal } = options;
  signal?.throwIfAborted();
  const child = spawnInGroup(command, args, options);
  let head = '';
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      if (head.length < KEPT_BYTES) head += chunk;
      else tail = (tail + chunk).slice(-KEPT_BYTES);
    });
  }
  child.stdin?.on('error', () => {}); // The exit code tells why it stopped reading.
  child.stdin?.end(options.input);
  /** @type {NodeJS.Timeout | undefined} */
  let impatience;
  const end = () => {
    signalGroup(child.pid, 'SIGTERM');
    // npm, for one, finishes its download first.
    impatience = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), PATIENCE_MS);
  };
  signal?.addEventListener('abort', end);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 1));
    });
    return { ok: code === 0, code, output: bothEnds(head + tail) };
  } catch (cause) {
    throw new LaunchFailure(`${command} could not be started.`, { output: String(cause), cause });
  } finally {
    clearTimeout(impatience);
    signal?.removeEventListener('abort', end);
    // An interrupted command has neither failed nor succeeded.
    signal?.throwIfAborted();
  }
}

/**
 * In a group of its own, so that an interruption reaches npm's grandchildren as well.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} options
 */
function spawnInGroup(command, args, { cwd, env, uid, gid, input, show }) {
  const output = show ? 'inherit' : 'pipe';
  return spawn(command, args, {
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
    ...(cwd && { cwd }),
    ...(env && { env }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
}

/** @param {number | undefined} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

/** @param {string} text */
function bothEnds(text) {
  const lines = text.trimEnd().split('\n');
  const left = lines.length - HEAD_LINES - TAIL_LINES;
  if (left <= 0) return lines.join('\n');
  return [...lines.slice(0, HEAD_LINES), `... (${left} lines)`, ...lines.slice(-TAIL_LINES)].join('\n');
}

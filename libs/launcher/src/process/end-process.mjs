import { pollUntil } from '../poll-until.mjs';
import { LaunchFailure } from '../launch-failure.mjs';
import { isAlive } from './process-identity.mjs';

const KILL_WAIT_MS = 5000;

/**
 * Ends a process: each signal in turn gets `graceMs`, then SIGKILL goes to its whole group.
 * A process that only reuses the number is not touched.
 * @param {import('./process-identity.mjs').ProcessIdentity} identity
 * @param {{ signals: readonly NodeJS.Signals[], graceMs: number, force?: AbortSignal | undefined }} how force: skip to SIGKILL
 * @returns {Promise<boolean>} true when it went without SIGKILL
 */
export async function endProcess(identity, { signals, graceMs, force }) {
  const hasEnded = () => !isAlive(identity);
  for (const signal of signals) {
    if (hasEnded()) return true;
    if (force?.aborted) break;
    send(identity.pid, signal);
    if (await pollUntil(hasEnded, { timeoutMs: graceMs, signal: force })) return true;
  }
  if (hasEnded()) return true;
  killGroup(identity.pid);
  send(identity.pid, 'SIGKILL');
  if (await pollUntil(hasEnded, { timeoutMs: KILL_WAIT_MS })) return false;
  throw new LaunchFailure(`Process ${identity.pid} does not end, not even by SIGKILL.`, {
    hint: 'It waits for a device, or belongs to another user. End it by hand, then start again.',
  });
}

/**
 * Ends what is left of a process group whose leader is dead.
 * @param {number} leader
 */
export function killGroup(leader) {
  send(-leader, 'SIGKILL');
}

/**
 * Sends a signal that does not end it. A process that only reuses the number is not touched.
 * @param {import('./process-identity.mjs').ProcessIdentity} identity
 * @param {NodeJS.Signals} signal
 */
export function signalProcess(identity, signal) {
  if (isAlive(identity)) send(identity.pid, signal);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between, or is not ours: whether it still lives is looked at again afterwards.
  }
}

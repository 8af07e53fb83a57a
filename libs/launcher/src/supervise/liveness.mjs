import { pause } from '../poll-until.mjs';

const CHECK_EVERY_MS = 5_000;
/** A program that is only slow, as in a long garbage collection or on a busy machine, answers one of so many questions. */
const MISSES_MAX = 3;

/**
 * Waits until a program that runs does not answer any more, as one that was stopped or hangs in a loop: it would hold its
 * ports for ever.
 * @param {import('./program.mjs').Program} program
 * @param {import('./program.mjs').RunningProgram} running
 * @param {{ hasAnswered: boolean, signal: AbortSignal }} watch hasAnswered: it has been ready; signal: stop watching
 * @returns {Promise<boolean>} false when it ended by itself, or the signal came
 */
export async function hasFrozen(program, running, { hasAnswered, signal }) {
  const { isAlive, checkEveryMs = CHECK_EVERY_MS, readyTimeoutMs } = program;
  const isOver = () => signal.aborted || running.hasExited();
  if (!isAlive) return false;
  const startedAt = performance.now();
  let isUp = hasAnswered;
  for (let misses = 0; misses < MISSES_MAX;) {
    await pause(checkEveryMs, signal);
    if (isOver()) return false;
    if (await isAlive()) {
      misses = 0;
      isUp = true;
      // Until its first answer it is starting, which may take its time.
    } else if (isUp || performance.now() - startedAt > readyTimeoutMs) misses += 1;
  }
  return !isOver();
}

/**
 * Waits for a condition that nothing announces.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {{ timeoutMs: number, everyMs?: number, signal?: AbortSignal | undefined }} options signal: stop waiting
 * @returns {Promise<boolean>} false when the time is over or the signal came
 */
export async function pollUntil(condition, { timeoutMs, everyMs = 20, signal }) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (signal?.aborted || performance.now() >= deadline) return false;
    await pause(everyMs, signal);
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal | undefined} [signal] ends the pause early
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal?.aborted) done();
    else signal?.addEventListener('abort', done);
  });
}

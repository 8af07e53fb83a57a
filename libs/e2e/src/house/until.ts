// oxlint-disable-next-line no-restricted-imports -- This is the polling that everything else uses instead of sleeping.
import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is there; after `withinMs` the last reason is thrown. */
export async function until<T>(ask: () => Promise<T | undefined | false>, what: string, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  let reason: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
      reason = undefined;
    } catch (error) {
      reason = error;
    }
    await pause(10);
  }
  throw new Error(`${what} did not happen within ${withinMs} ms.`, { cause: reason });
}

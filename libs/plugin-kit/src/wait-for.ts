import { setTimeout as delayFor } from 'node:timers/promises';

/** A timer that is set for longer ends at once. */
const MILLISECONDS_MAX = 2 ** 31 - 1;

/** Waits so long, or until the client has gone: then there is nobody left to be kept waiting. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delayFor(Math.min(milliseconds, MILLISECONDS_MAX), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

import { setTimeout as delayFor } from 'node:timers/promises';

/** Waits so long, or until the client has gone: then there is nobody left to be kept waiting. */
export async function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delayFor(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

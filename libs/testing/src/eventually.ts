import { vi } from 'vitest';

/** What a machine with two cores and other work may take for what takes milliseconds on an idle one. */
const PATIENCE_MS = 10_000;

/**
 * Waits until `check` no longer throws, and answers what it answered; throws its last error after ten seconds. For what
 * happens soon after something else, on a busy machine as well: a test that fails where it is only slow tells a lie.
 */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 20 });
}

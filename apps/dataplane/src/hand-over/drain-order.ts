import type { DrainOrder } from '../workers/messages.ts';

/** Why a data plane drains: it stops for good, or another one serves on its ports. */
export type DrainReason = 'stop' | 'hand-over';

/**
 * How long connections without a request wait for one, in milliseconds. Where a successor listens, it costs nothing to
 * wait long enough that a client that keeps its connections meets none that is just being closed.
 */
const idleMs: Readonly<Record<DrainReason, number>> = { stop: 1_000, 'hand-over': 5_000 };

/** How much longer than their requests the workers may take, in milliseconds. */
export const drainSlackMs = 1_000;

/** How the workers are to drain. */
export function drainOrder(drainSeconds: number, reason: DrainReason): DrainOrder {
  return { deadlineMs: drainSeconds * 1000, idleMs: idleMs[reason] };
}

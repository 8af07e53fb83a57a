import type { Directives } from './directives.ts';
import { ageOf, type StoredHead } from './stored-head.ts';

/**
 * What a stored answer is good for: `fresh` as it is; `usable` stale, as the client wants it; `updating` stale, while it is
 * fetched anew; `expired` only after a validation; `unwanted` fresh, or stale, but the client asks for a newer one.
 */
export type Reuse = 'fresh' | 'usable' | 'updating' | 'expired' | 'unwanted';

/** For how long an answer may be used stale where no upstream answers at all, unless it says otherwise. */
const disconnectedMaxMs = 24 * 3600 * 1000;

/** Whether an answer is still fresh, whoever asks. */
export function isFresh(head: StoredHead, now: number): boolean {
  return !head.isCheckedAlways && head.lifetimeMs > ageOf(head, now);
}

/** What a stored answer is good for, for a request that says `directives` (RFC 9111, sections 4 and 5.2.1). */
export function judgeReuse(head: StoredHead, directives: Directives, now: number): Reuse {
  if (head.isCheckedAlways) return 'expired';
  const ageMs = ageOf(head, now);
  const staleMs = ageMs - head.lifetimeMs;
  if (directives.has('no-cache')) return 'unwanted';
  const isTooOld = ageMs > secondsOr(directives, 'max-age', Infinity);
  const isTooShort = -staleMs < secondsOr(directives, 'min-fresh', -Infinity);
  if (staleMs < 0) return isTooOld || isTooShort ? 'unwanted' : 'fresh';
  if (head.isNeverStale || isTooOld || isTooShort) return 'expired';
  if (staleMs <= maxStaleMs(directives)) return 'usable';
  if (directives.has('max-stale')) return 'unwanted';
  return staleMs < head.staleWhileRevalidateMs ? 'updating' : 'expired';
}

/** Whether a stale answer may stand in for one that failed; `isDisconnected` where no upstream answered at all. */
export function mayReplaceError(head: StoredHead, isDisconnected: boolean, now: number): boolean {
  const staleMs = ageOf(head, now) - head.lifetimeMs;
  if (head.isNeverStale || head.isCheckedAlways) return false;
  return staleMs < Math.max(head.staleIfErrorMs, isDisconnected ? disconnectedMaxMs : 0);
}

/** Without an argument, any staleness is accepted. */
function maxStaleMs(directives: Directives): number {
  if (directives.fields('max-stale') === 'all') return Infinity;
  return secondsOr(directives, 'max-stale', -1);
}

function secondsOr(directives: Directives, name: string, otherwise: number): number {
  const seconds = directives.seconds(name);
  return seconds === undefined ? otherwise : seconds * 1000;
}

import { isIPv6 } from 'node:net';

/** Failures that cost nothing yet; from the next on, each doubles the wait. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
/** Failures are forgotten after this long without another one. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
const TRACKED_MAX = 10_000;

interface Failures {
  count: number;
  blockedUntil: number;
  last: number;
}

/** Slows down guessing. Kept in memory and bounded: each control plane counts for itself. */
export class AttemptLimit {
  readonly #failures = new Map<string, Failures>();
  readonly #longestWaitMs: number;
  readonly #now: () => number;

  constructor(longestWaitMs: number, now: () => number = () => performance.now()) {
    this.#longestWaitMs = longestWaitMs;
    this.#now = now;
  }

  /** Seconds until the next attempt may be made under this name; 0 where it may be made now. */
  waitSeconds(name: string): number {
    const blockedUntil = this.#failures.get(name)?.blockedUntil ?? 0;
    return Math.max(0, Math.ceil((blockedUntil - this.#now()) / 1_000));
  }

  /**
   * Counts an attempt as failed, before it is known how it ends: else a hundred attempts at once would all be free.
   * A success is told by `forgive` or `clear`.
   */
  count(name: string): void {
    const now = this.#now();
    const old = this.#failures.get(name);
    const count = old && now - old.last < FORGOTTEN_AFTER_MS ? old.count + 1 : 1;
    const wait = count < FREE_FAILURES ? 0 : FIRST_WAIT_MS * 2 ** (count - FREE_FAILURES);
    // Deleted first, so that the map stays ordered by the last failure and the oldest one is dropped.
    this.#failures.delete(name);
    this.#failures.set(name, { count, blockedUntil: now + Math.min(wait, this.#longestWaitMs), last: now });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > TRACKED_MAX && oldest !== undefined) this.#failures.delete(oldest);
  }

  /** Takes back one counted attempt. */
  forgive(name: string): void {
    const failures = this.#failures.get(name);
    if (!failures) return;
    failures.count -= 1;
    failures.blockedUntil = 0;
    if (failures.count <= 0) this.#failures.delete(name);
  }

  /** Forgets all that was counted under a name. */
  clear(name: string): void {
    this.#failures.delete(name);
  }
}

/** The part of an address that one client cannot change at will: an IPv6 host owns at least a /64. */
export function addressBlock(address: string): string {
  if (!isIPv6(address) || address.toLowerCase().startsWith('::ffff:')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const full = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail?.split(':') ?? [])];
  return full
    .slice(0, 4)
    .map((group) => parseInt(group || '0', 16).toString(16))
    .join(':');
}

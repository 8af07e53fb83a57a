import type { BucketState, Clock, Counters, WindowState } from '@sluice/plugin-kit';
import { type KeyHash, seededHash } from './seeded-hash.ts';
import { isSame, SlotTable, type Word, windowWord } from './slot-table.ts';

/** How many slots a key may be in. More would make a full table slow, fewer would evict before it is full. */
const probeLength = 16;

const defaultSlotCount = 2 ** 18;
const free: Word = { high: 0, low: 0 };

/** Keys of windows, buckets and sums do not meet. */
const [bucketMark, sumMark] = ['b\0', 's\0'];
/** How long an empty bucket keeps its slot. */
const bucketRestMs = 1_000;
/** Sums of microseconds are rounded; a hit that is due exactly now is not late. */
const roundingSlack = 1e-6;

/** Where the counters live: a table of its own, or one that another worker made. */
export interface NodeCountersOptions {
  readonly clock: Clock;
  readonly buffer?: SharedArrayBuffer;
  /** A power of two; 262,144 (8 MiB) unless given. Ignored with `buffer`. */
  readonly slotCount?: number;
}

/**
 * Fixed-window counters of one node: exact across all workers that share `buffer`, bounded in memory, without locks. When
 * all places of a new key are taken by running windows, the one that ends first is given up and `evictions` counts it.
 */
export class NodeCounters implements Counters {
  readonly #clock: Clock;
  readonly #table: SlotTable;

  constructor({ clock, buffer, slotCount = defaultSlotCount }: NodeCountersOptions) {
    this.#clock = clock;
    this.#table = buffer ? new SlotTable(buffer) : SlotTable.create(slotCount, clock.now());
  }

  /** Pass it to another worker's `NodeCounters` to count together. */
  get buffer(): SharedArrayBuffer {
    return this.#table.buffer;
  }

  /** Running windows that were given up for lack of room. More than a few mean that the table is too small. */
  get evictions(): number {
    return this.#table.evictions;
  }

  hitWindow(key: string, limit: number, windowSeconds: number, cost: number): WindowState {
    const hash = seededHash(key, this.#table.seed);
    const now = this.#now();
    const end = Math.min(now + Math.ceil(windowSeconds * 1000), windowWord.valueMax);
    for (;;) {
      const slot = this.#slotFor(hash, now);
      const window = this.#windowAt(slot, hash, now, end);
      const remaining = window === undefined ? undefined : this.#count(slot, window, limit, cost);
      if (window === undefined || remaining === undefined) continue;
      return { remaining, resetSeconds: Math.max(0, windowWord.value(window) - now) / 1000 };
    }
  }

  hitBucket(key: string, ratePerSecond: number, burst: number, cost: number): BucketState {
    const hash = seededHash(`${bucketMark}${key}`, this.#table.seed);
    const hitMicros = 1e6 / ratePerSecond;
    for (;;) {
      const now = this.#now();
      const slot = this.#slotFor(hash, now);
      const window = this.#windowAt(slot, hash, now, now + bucketRestMs);
      if (window === undefined) continue;
      const hits = this.#table.hits(slot);
      if (windowWord.tag(this.#table.window(slot)) !== windowWord.tag(window)) continue;
      const isBegun = windowWord.tag(hits) === windowWord.tag(window);
      const free = isBegun ? Math.max(unwrapped(windowWord.value(hits), now * 1000), now * 1000) : now * 1000;
      const next = free + hitMicros * cost;
      const remaining = Math.floor(burst + 1 - (next - now * 1000) / hitMicros + roundingSlack);
      if (remaining < 0 || cost === 0) return { remaining, delaySeconds: 0 };
      // The window is made longer first: were it the other way round, another worker could take it for over.
      const isHeld = this.#extend(slot, window, Math.ceil(next / 1000) + bucketRestMs);
      const word = windowWord.make(Math.round(next) % (windowWord.valueMax + 1), windowWord.tag(window));
      if (isHeld && this.#table.swapHits(slot, hits, word)) return { remaining, delaySeconds: free / 1e6 - now / 1000 };
    }
  }

  add(key: string, amount: number, ttlSeconds: number): number {
    const hash = seededHash(`${sumMark}${key}`, this.#table.seed);
    for (;;) {
      const now = this.#now();
      const slot = this.#slotFor(hash, now);
      const end = Math.min(now + Math.ceil(ttlSeconds * 1000), windowWord.valueMax);
      const window = this.#windowAt(slot, hash, now, end);
      if (window === undefined) continue;
      const hits = this.#table.hits(slot);
      if (!this.#table.isWindow(slot, window)) continue;
      const tag = windowWord.tag(window);
      const before = windowWord.tag(hits) === tag ? windowWord.value(hits) : 0;
      const sum = Math.min(Math.max(before + Math.round(amount), 0), windowWord.valueMax);
      if (this.#table.swapHits(slot, hits, windowWord.make(sum, tag))) return sum;
    }
  }

  read(key: string): number {
    const hash = seededHash(`${sumMark}${key}`, this.#table.seed);
    const slot = this.#find(hash, keyOf(hash));
    if (slot === undefined) return 0;
    const window = this.#table.window(slot);
    const hits = this.#table.hits(slot);
    const isRunning = windowWord.isOf(window, hash.low) && windowWord.value(window) > this.#now();
    return isRunning && windowWord.tag(hits) === windowWord.tag(window) ? windowWord.value(hits) : 0;
  }

  clear(key: string): void {
    const hash = seededHash(`${sumMark}${key}`, this.#table.seed);
    const slot = this.#find(hash, keyOf(hash));
    if (slot === undefined) return;
    const window = this.#table.window(slot);
    if (windowWord.isOf(window, hash.low))
      this.#table.swapWindow(slot, window, windowWord.make(0, windowWord.tag(window)));
  }

  #now(): number {
    return Math.max(0, this.#clock.now() - this.#table.epochMs);
  }

  /** Lets a window end later. False where it is another one by now. */
  #extend(slot: number, window: Word, end: number): boolean {
    const tag = windowWord.tag(window);
    for (let seen = this.#table.window(slot); windowWord.tag(seen) === tag; seen = this.#table.window(slot)) {
      if (windowWord.value(seen) >= end || this.#table.swapWindow(slot, seen, windowWord.make(end, tag))) return true;
    }
    return false;
  }

  /** The slot that holds the key; takes one when there is none. */
  #slotFor(hash: KeyHash, now: number): number {
    const key = keyOf(hash);
    for (;;) {
      const found = this.#find(hash, key);
      if (found !== undefined) return found;
      const slot = this.#roomiest(hash, now);
      const previous = this.#table.key(slot);
      // Another worker has just taken this very slot for the key: its window is ours, and not one to evict.
      if (isSame(previous, key)) return slot;
      const window = this.#table.window(slot);
      if (!this.#table.swapKey(slot, previous, key)) continue;
      if (!isSame(previous, free) && windowWord.value(window) > now) this.#evict(slot, window);
      // Another worker may have taken another slot for this key at the same moment: both let go and look again.
      if (this.#find(hash, key, slot) === undefined) return slot;
      this.#table.swapKey(slot, key, free);
    }
  }

  /** Ends a running window of the slot's former key, so that the new key cannot mistake it for its own. */
  #evict(slot: number, window: Word): void {
    this.#table.swapWindow(slot, window, windowWord.make(0, windowWord.tag(window)));
    this.#table.countEviction();
  }

  #find(hash: KeyHash, key: Word, except?: number): number | undefined {
    for (let step = 0; step < probeLength; step += 1) {
      const slot = this.#slotAt(hash, step);
      if (slot !== except && this.#table.isKey(slot, key)) return slot;
    }
    return undefined;
  }

  /** A free slot or one whose window is over; failing that, the one whose window ends first. */
  #roomiest(hash: KeyHash, now: number): number {
    let best = this.#slotAt(hash, 0);
    let bestEnd = Infinity;
    for (let step = 0; step < probeLength; step += 1) {
      const slot = this.#slotAt(hash, step);
      const end = this.#table.isKey(slot, free) ? -1 : this.#endOf(slot);
      if (end <= now) return slot;
      if (end < bestEnd) [best, bestEnd] = [slot, end];
    }
    return best;
  }

  /**
   * The running window of a slot, begun if there is none; undefined when the slot was lost to another key. The tag ties a
   * window to its key: a slot that changed hands still holds the old key's window, which must not be taken over.
   */
  #windowAt(slot: number, hash: KeyHash, now: number, end: number): Word | undefined {
    const window = this.#table.window(slot);
    if (windowWord.isOf(window, hash.low) && windowWord.value(window) > now) return window;
    if (!this.#table.isKey(slot, keyOf(hash))) return undefined;
    const next = windowWord.make(end, windowWord.nextTag(window, hash.low));
    return this.#table.swapWindow(slot, window, next) ? next : undefined;
  }

  /** Counts hits in a window and answers what is left; undefined when somebody was faster and all must be read again. */
  #count(slot: number, window: Word, limit: number, cost: number): number | undefined {
    const hits = this.#table.hits(slot);
    // Read again after the hits: only then is a foreign tag known to be of an older window, and not of a newer one.
    if (!this.#table.isWindow(slot, window)) return undefined;
    const tag = windowWord.tag(window);
    const before = windowWord.tag(hits) === tag ? windowWord.value(hits) : 0;
    const remaining = limit - before - cost;
    // Who is refused does not change the word, and so is not told by a swap that it was another.
    if (remaining < 0 || cost === 0) return this.#table.swapHits(slot, hits, hits) ? remaining : undefined;
    return this.#table.swapHits(slot, hits, windowWord.make(before + cost, tag)) ? remaining : undefined;
  }

  #endOf(slot: number): number {
    return windowWord.value(this.#table.window(slot));
  }

  #slotAt(hash: KeyHash, step: number): number {
    return (hash.high + step) & (this.#table.slotCount - 1);
  }
}

/** The hash as the word that marks a slot. Zero would mean "free". */
function keyOf({ high, low }: KeyHash): Word {
  return { high: high | 0, low: low | 0 || (high === 0 ? 1 : 0) };
}

/** A time in microseconds of which only the lower 40 bits (12 days) are known: the one that is nearest to now. */
function unwrapped(low: number, nowMicros: number): number {
  const span = windowWord.valueMax + 1;
  const time = nowMicros - (nowMicros % span) + low;
  if (time - nowMicros > span / 2) return time - span;
  return nowMicros - time > span / 2 ? time + span : time;
}

import type { Clock, Counters, WindowState } from '@sluice/plugin-kit';
import { type KeyHash, seededHash } from './seeded-hash.ts';
import { SlotTable, windowWord } from './slot-table.ts';

/** How many slots a key may be in. More would make a full table slow, fewer would evict before it is full. */
const probeLength = 16;

const defaultSlotCount = 2 ** 18;
const free = 0n;

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
    const now = Math.max(0, this.#clock.now() - this.#table.epochMs);
    const end = Math.min(now + Math.ceil(windowSeconds * 1000), windowWord.valueMax);
    for (;;) {
      const slot = this.#slotFor(hash, now);
      const window = this.#windowAt(slot, hash, now, end);
      const remaining = window === undefined ? undefined : this.#count(slot, window, limit, cost);
      if (window === undefined || remaining === undefined) continue;
      return { remaining, resetSeconds: Math.max(0, windowWord.value(window) - now) / 1000 };
    }
  }

  /** The slot that holds the key; takes one when there is none. */
  #slotFor(hash: KeyHash, now: number): number {
    const key = keyWord(hash);
    for (;;) {
      const found = this.#find(hash, key);
      if (found !== undefined) return found;
      const slot = this.#roomiest(hash, now);
      const previous = this.#table.key(slot);
      // Another worker has just taken this very slot for the key: its window is ours, and not one to evict.
      if (previous === key) return slot;
      const window = this.#table.window(slot);
      if (!this.#table.swapKey(slot, previous, key)) continue;
      if (previous !== free && windowWord.value(window) > now) this.#evict(slot, window);
      // Another worker may have taken another slot for this key at the same moment: both let go and look again.
      if (this.#find(hash, key, slot) === undefined) return slot;
      this.#table.swapKey(slot, key, free);
    }
  }

  /** Ends a running window of the slot's former key, so that the new key cannot mistake it for its own. */
  #evict(slot: number, window: bigint): void {
    this.#table.swapWindow(slot, window, windowWord.make(0, windowWord.tag(window)));
    this.#table.countEviction();
  }

  #find(hash: KeyHash, key: bigint, except?: number): number | undefined {
    for (let step = 0; step < probeLength; step += 1) {
      const slot = this.#slotAt(hash, step);
      if (slot !== except && this.#table.key(slot) === key) return slot;
    }
    return undefined;
  }

  /** A free slot or one whose window is over; failing that, the one whose window ends first. */
  #roomiest(hash: KeyHash, now: number): number {
    let best = this.#slotAt(hash, 0);
    let bestEnd = Infinity;
    for (let step = 0; step < probeLength; step += 1) {
      const slot = this.#slotAt(hash, step);
      const end = this.#table.key(slot) === free ? -1 : this.#endOf(slot);
      if (end <= now) return slot;
      if (end < bestEnd) [best, bestEnd] = [slot, end];
    }
    return best;
  }

  /**
   * The running window of a slot, begun if there is none; undefined when the slot was lost to another key. The tag ties a
   * window to its key: a slot that changed hands still holds the old key's window, which must not be taken over.
   */
  #windowAt(slot: number, hash: KeyHash, now: number, end: number): bigint | undefined {
    const window = this.#table.window(slot);
    if (windowWord.isOf(window, hash.low) && windowWord.value(window) > now) return window;
    if (this.#table.key(slot) !== keyWord(hash)) return undefined;
    const next = windowWord.make(end, windowWord.nextTag(window, hash.low));
    return this.#table.swapWindow(slot, window, next) ? next : undefined;
  }

  /** Counts hits in a window and answers what is left; undefined when somebody was faster and all must be read again. */
  #count(slot: number, window: bigint, limit: number, cost: number): number | undefined {
    const hits = this.#table.hits(slot);
    // Read again after the hits: only then is a foreign tag known to be of an older window, and not of a newer one.
    if (this.#table.window(slot) !== window) return undefined;
    const tag = windowWord.tag(window);
    const before = windowWord.tag(hits) === tag ? windowWord.value(hits) : 0;
    const remaining = limit - before - cost;
    if (remaining < 0 || cost === 0) return remaining;
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
function keyWord({ high, low }: KeyHash): bigint {
  return (BigInt(high) << 32n) | BigInt(low) || 1n;
}

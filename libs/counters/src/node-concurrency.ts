import { randomFillSync } from 'node:crypto';
import type { Concurrency } from '@sluice/plugin-kit';
import { type KeyHash, seededHash } from './seeded-hash.ts';

/** How many slots of its lane a key may be in. */
const probeLength = 8;
const defaultSlotCount = 2 ** 16;

const headerWords = 8;
const header = { lanes: 0, slots: 1, seedHigh: 2, seedLow: 3, overflows: 4 };

/** How large the shared table is. */
export interface ConcurrencyTableSize {
  /** One per worker that counts at the same time. */
  readonly lanes?: number;
  /** Keys that one worker can have under way at once, a power of two; 65,536 (512 KiB per lane) unless given. */
  readonly slotCount?: number;
}

/**
 * Counts what is under way on this node, by key, across all workers that share `buffer`. Each worker writes its own lane
 * only and reads all of them, so that no step of one can be interrupted into a wrong count of another: when a worker is
 * gone, whoever watches it drops its lane, and what it had under way is no longer counted.
 *
 * A worker counts itself in before it looks at the sum: at a limit two workers may both find one too many and both step
 * back, but never do more pass than the limit.
 */
export class NodeConcurrency implements Concurrency {
  readonly #words: Int32Array;
  readonly #lane: number;
  readonly #lanes: number;
  readonly #slots: number;
  readonly #seed: KeyHash;

  constructor(buffer: SharedArrayBuffer = NodeConcurrency.createBuffer(), lane = 0) {
    this.#words = new Int32Array(buffer);
    this.#lanes = this.#words[header.lanes] ?? 0;
    this.#slots = this.#words[header.slots] ?? 0;
    this.#seed = { high: this.#words[header.seedHigh] ?? 0, low: this.#words[header.seedLow] ?? 0 };
    if (lane >= this.#lanes) throw new RangeError(`There is no lane ${lane} among ${this.#lanes}.`);
    this.#lane = lane;
  }

  /** The memory of an empty table. */
  static createBuffer({ lanes = 1, slotCount = defaultSlotCount }: ConcurrencyTableSize = {}): SharedArrayBuffer {
    if (!Number.isInteger(Math.log2(slotCount))) throw new RangeError(`${slotCount} slots are not a power of two.`);
    const wordCount = headerWords + lanes * slotCount * 2;
    const buffer = new SharedArrayBuffer(wordCount * Int32Array.BYTES_PER_ELEMENT);
    const words = new Int32Array(buffer);
    randomFillSync(words.subarray(header.seedHigh, header.seedLow + 1));
    words[header.lanes] = lanes;
    words[header.slots] = slotCount;
    return buffer;
  }

  /** Forgets everything that a lane counted. Only when its worker is gone for good. */
  static dropLane(buffer: SharedArrayBuffer, lane: number): void {
    const words = new Int32Array(buffer);
    const laneWords = (words[header.slots] ?? 0) * 2;
    const from = headerWords + lane * laneWords;
    words.fill(0, from, from + laneWords);
  }

  /** Keys that found no room and were let pass uncounted. More than none means that the table is too small. */
  get overflows(): number {
    return Atomics.load(this.#words, header.overflows);
  }

  enter(key: string): number {
    const hash = seededHash(key, this.#seed);
    const at = this.#find(hash, this.#lane) ?? this.#vacant(hash);
    if (at === undefined) {
      Atomics.add(this.#words, header.overflows, 1);
      return 1;
    }
    // The key stands before its count: a reader that sees the count sees whose it is.
    Atomics.store(this.#words, at, markOf(hash));
    Atomics.add(this.#words, at + 1, 1);
    return this.#sum(hash);
  }

  leave(key: string): void {
    const at = this.#find(seededHash(key, this.#seed), this.#lane);
    // What found no room was never counted.
    if (at !== undefined && Atomics.load(this.#words, at + 1) > 0) Atomics.sub(this.#words, at + 1, 1);
  }

  count(key: string): number {
    return this.#sum(seededHash(key, this.#seed));
  }

  #sum(hash: KeyHash): number {
    let sum = 0;
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      const at = this.#find(hash, lane);
      if (at !== undefined) sum += Atomics.load(this.#words, at + 1);
    }
    return sum;
  }

  /** Where a lane counts a key. */
  #find(hash: KeyHash, lane: number): number | undefined {
    const mark = markOf(hash);
    for (let step = 0; step < probeLength; step += 1) {
      const at = this.#at(hash, lane, step);
      if (Atomics.load(this.#words, at) === mark) return at;
    }
    return undefined;
  }

  /** A slot of the own lane in which nothing is counted. */
  #vacant(hash: KeyHash): number | undefined {
    for (let step = 0; step < probeLength; step += 1) {
      const at = this.#at(hash, this.#lane, step);
      if (Atomics.load(this.#words, at + 1) === 0) return at;
    }
    return undefined;
  }

  #at(hash: KeyHash, lane: number, step: number): number {
    return headerWords + (lane * this.#slots + ((hash.high + step) & (this.#slots - 1))) * 2;
  }
}

/** What marks a slot as a key's: the half of the hash that does not choose the slot. Zero would mean "never used". */
function markOf({ low }: KeyHash): number {
  return low | 0 || 1;
}

import { randomFillSync } from 'node:crypto';
import type { KeyHash } from './seeded-hash.ts';

const headerWords = 8;
const header = { seed: 0, epoch: 1, evictions: 2 };

/** Words of a slot: whose it is, its window, and the hits in it. The fourth keeps two slots in one cache line. */
const slotWords = 4;

/** A window as one word: when it ends, and a tag that says which window of which key it is. */
export const windowWord = {
  valueMax: 2 ** 40 - 1,
  /** The tag of the window after `word`, for a key: 16 bits of the key, 8 bits that count windows. */
  nextTag: (word: bigint, low: number): bigint => (BigInt(low & 0xffff) << 8n) | ((word + 1n) & 0xffn),
  isOf: (word: bigint, low: number): boolean => Number((word >> 8n) & 0xffffn) === (low & 0xffff),
  tag: (word: bigint): bigint => word & 0xffffffn,
  /** The number in the upper 40 bits: the end of a window, or a count of hits. */
  value: (word: bigint): number => Number(word >> 24n),
  make: (value: number, tag: bigint): bigint => (BigInt(value) << 24n) | tag,
};

/** The memory of a table of counters. Every word is changed by compare-and-swap alone: a worker may die anywhere. */
export class SlotTable {
  readonly buffer: SharedArrayBuffer;
  readonly slotCount: number;
  readonly seed: KeyHash;
  /** Times in the table count from here, so that they fit 40 bits for 34 years. */
  readonly epochMs: number;
  readonly #words: BigUint64Array;

  /** Takes part in the table in `buffer`. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new BigUint64Array(buffer);
    this.slotCount = (this.#words.length - headerWords) / slotWords;
    const seed = Atomics.load(this.#words, header.seed);
    this.seed = { high: Number(seed >> 32n), low: Number(seed & 0xffffffffn) };
    this.epochMs = Number(Atomics.load(this.#words, header.epoch));
  }

  /** Makes an empty table. `slotCount` is a power of two. */
  static create(slotCount: number, epochMs: number): SlotTable {
    if (!Number.isInteger(Math.log2(slotCount))) throw new RangeError(`${slotCount} slots are not a power of two.`);
    const buffer = new SharedArrayBuffer((headerWords + slotCount * slotWords) * BigUint64Array.BYTES_PER_ELEMENT);
    const words = new BigUint64Array(buffer);
    randomFillSync(words.subarray(header.seed, header.seed + 1));
    words[header.epoch] = BigInt(epochMs);
    return new SlotTable(buffer);
  }

  get evictions(): number {
    return Number(Atomics.load(this.#words, header.evictions));
  }

  countEviction(): void {
    Atomics.add(this.#words, header.evictions, 1n);
  }

  key(slot: number): bigint {
    return Atomics.load(this.#words, this.#at(slot));
  }

  window(slot: number): bigint {
    return Atomics.load(this.#words, this.#at(slot) + 1);
  }

  hits(slot: number): bigint {
    return Atomics.load(this.#words, this.#at(slot) + 2);
  }

  swapKey(slot: number, from: bigint, to: bigint): boolean {
    return Atomics.compareExchange(this.#words, this.#at(slot), from, to) === from;
  }

  swapWindow(slot: number, from: bigint, to: bigint): boolean {
    return Atomics.compareExchange(this.#words, this.#at(slot) + 1, from, to) === from;
  }

  swapHits(slot: number, from: bigint, to: bigint): boolean {
    return Atomics.compareExchange(this.#words, this.#at(slot) + 2, from, to) === from;
  }

  #at(slot: number): number {
    return headerWords + slot * slotWords;
  }
}

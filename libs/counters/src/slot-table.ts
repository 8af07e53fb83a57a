import { randomFillSync } from 'node:crypto';
import type { KeyHash } from './seeded-hash.ts';

const headerWords = 8;
const header = { seed: 0, epoch: 1, evictions: 2 };

/** Words of a slot: whose it is, its window, and the hits in it. The fourth keeps two slots in one cache line. */
const slotWords = 4;

/** A word of 64 bits as two signed halves: big integers cost a request more than all the rest of its counting. */
export interface Word {
  readonly high: number;
  readonly low: number;
}

/** A window as one word: when it ends, and a tag that says which window of which key it is. */
export const windowWord = {
  valueMax: 2 ** 40 - 1,
  /** The tag of the window after `word`, for a key: 16 bits of the key, 8 bits that count windows. */
  nextTag: ({ low }: Word, keyLow: number): number => ((keyLow & 0xffff) << 8) | ((low + 1) & 0xff),
  isOf: ({ low }: Word, keyLow: number): boolean => ((low >>> 8) & 0xffff) === (keyLow & 0xffff),
  tag: ({ low }: Word): number => low & 0xffffff,
  /** The number in the upper 40 bits: the end of a window, or a count of hits. */
  value: ({ high, low }: Word): number => (high >>> 0) * 256 + (low >>> 24),
  /** `value` is a whole number. */
  make: (value: number, tag: number): Word => ({ high: Math.floor(value / 256) | 0, low: (value << 24) | tag }),
};

/** Where the halves of a word are: the machine decides. */
const lower = new Int32Array(new BigUint64Array([1n]).buffer)[0] === 1 ? 0 : 1;
const upper = 1 - lower;

const scratch = new BigUint64Array(1);
const scratchHalves = new Int32Array(scratch.buffer);

function whole({ high, low }: Word): bigint {
  scratchHalves[upper] = high;
  scratchHalves[lower] = low;
  return scratch[0] ?? 0n;
}

/** The memory of a table of counters. Every word is changed by compare-and-swap alone: a worker may die anywhere. */
export class SlotTable {
  readonly buffer: SharedArrayBuffer;
  readonly slotCount: number;
  readonly seed: KeyHash;
  /** Times in the table count from here, so that they fit 40 bits for 34 years. */
  readonly epochMs: number;
  readonly #words: BigUint64Array;
  readonly #halves: Int32Array;

  /** Takes part in the table in `buffer`. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new BigUint64Array(buffer);
    this.#halves = new Int32Array(buffer);
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

  isKey(slot: number, { high, low }: Word): boolean {
    const at = this.#at(slot) * 2;
    return Atomics.load(this.#halves, at + lower) === low && Atomics.load(this.#halves, at + upper) === high;
  }

  key(slot: number): Word {
    return this.#read(this.#at(slot));
  }

  window(slot: number): Word {
    return this.#read(this.#at(slot) + 1);
  }

  hits(slot: number): Word {
    return this.#read(this.#at(slot) + 2);
  }

  isWindow(slot: number, window: Word): boolean {
    return isSame(this.window(slot), window);
  }

  swapKey(slot: number, from: Word, to: Word): boolean {
    return this.#swap(this.#at(slot), from, to);
  }

  swapWindow(slot: number, from: Word, to: Word): boolean {
    return this.#swap(this.#at(slot) + 1, from, to);
  }

  swapHits(slot: number, from: Word, to: Word): boolean {
    return this.#swap(this.#at(slot) + 2, from, to);
  }

  /** Halves of one moment, unless the upper one has changed and changed back between: who swaps them is told. */
  #read(at: number): Word {
    for (;;) {
      const high = Atomics.load(this.#halves, at * 2 + upper);
      const low = Atomics.load(this.#halves, at * 2 + lower);
      if (Atomics.load(this.#halves, at * 2 + upper) === high) return { high, low };
    }
  }

  #swap(at: number, from: Word, to: Word): boolean {
    const expected = whole(from);
    return Atomics.compareExchange(this.#words, at, expected, whole(to)) === expected;
  }

  #at(slot: number): number {
    return headerWords + slot * slotWords;
  }
}

/** Whether two words are the same. */
export function isSame(one: Word, other: Word): boolean {
  return one.low === other.low && one.high === other.high;
}

import { randomFillSync } from 'node:crypto';
import { type KeyHash, seededHash } from '@sluice/counters';

const headerWords = 4;
const header = { seedHigh: 0, seedLow: 1, slots: 2 };
/** Words of a slot. The mark is half of the key's hash and never 0; the other half chooses the slot. */
const word = { mark: 0, location: 1, from: 2, to: 3, high: 4 };
const slotWords = 5;
const forever = -1;
const slotsMin = 1024;
/** Beyond this share of used slots the table is made anew, larger or without what is out of date. */
const fullShare = 0.6;

/** Finds records by key, as one generation sees them. Any number of threads read while one writes. */
export class SharedIndex {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #seed: KeyHash;
  readonly #mask: number;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
    this.#seed = seedOf(this.#words);
    this.#mask = (this.#words[header.slots] ?? 1) - 1;
  }

  /** The slot of the first record that may stand under a key: marks only nearly tell. -1 for none. */
  first(key: string, generation: number): number {
    const { high, low } = seededHash(key, this.#seed);
    return this.#probe(high & this.#mask, markOf(low), generation);
  }

  /** The next one after a slot, for the same key. */
  next(slot: number, generation: number): number {
    const mark = this.#words[headerWords + slot * slotWords + word.mark] ?? 0;
    return this.#probe((slot + 1) & this.#mask, mark, generation);
  }

  /** Where the record of a slot is. */
  location(slot: number): number {
    return (this.#words[headerWords + slot * slotWords + word.location] ?? 0) >>> 0;
  }

  /** Locations of all entries that a generation sees. */
  *locations(generation: number): IterableIterator<number> {
    const words = this.#words;
    for (let at = headerWords; at < words.length; at += slotWords)
      if (words[at + word.mark] !== 0 && isVisible(words, at, generation)) yield (words[at + word.location] ?? 0) >>> 0;
  }

  #probe(from: number, mark: number, generation: number): number {
    const words = this.#words;
    for (let slot = from; ; slot = (slot + 1) & this.#mask) {
      const at = headerWords + slot * slotWords;
      const found = Atomics.load(words, at);
      if (found === 0) return -1;
      if (found === mark && isVisible(words, at, generation)) return slot;
    }
  }
}

/**
 * The writing side of an index. Entries begin and end with a generation and are never turned into others, so that readers
 * of the generation in service and of the next one find exactly what is theirs while the table changes.
 */
export class SharedIndexWriter {
  #words = emptyTable(slotsMin);
  #reader = new SharedIndex(bufferOf(this.#words));
  #used = 0;
  #live = 0;

  /** For readers; another one after the table has been made anew. */
  get reader(): SharedIndex {
    return this.#reader;
  }

  /** Entries that have no end. */
  get size(): number {
    return this.#live;
  }

  /** Makes room for that many more entries at once. `generation` is the one in service. */
  reserve(more: number, generation: number): void {
    if (this.#used + more > this.#slots * fullShare) this.#renew(more, generation);
  }

  /** A record is seen under a key from a generation on. */
  add(key: string, location: number, from: number): void {
    this.reserve(1, from - 1);
    const { high, low } = seededHash(key, seedOf(this.#words));
    this.#insert(markOf(low), high, location, from, forever);
    this.#live += 1;
  }

  /** It is seen no more from a generation on. */
  end(key: string, location: number, generation: number): void {
    const at = this.#slotOf(key, location);
    if (at === undefined) return;
    if (this.#words[at + word.to] === forever) this.#live -= 1;
    Atomics.store(this.#words, at + word.to, generation);
  }

  /** Takes an `end` back. */
  keep(key: string, location: number): void {
    const at = this.#slotOf(key, location);
    if (at === undefined) return;
    if (this.#words[at + word.to] !== forever) this.#live += 1;
    Atomics.store(this.#words, at + word.to, forever);
  }

  get #slots(): number {
    return this.#words[header.slots] ?? 0;
  }

  #slotOf(key: string, location: number): number | undefined {
    const { high, low } = seededHash(key, seedOf(this.#words));
    const mark = markOf(low);
    for (let slot = high & (this.#slots - 1); ; slot = (slot + 1) & (this.#slots - 1)) {
      const at = headerWords + slot * slotWords;
      if (this.#words[at] === 0) return undefined;
      if (this.#words[at] === mark && this.#words[at + word.location] === (location | 0)) return at;
    }
  }

  #insert(mark: number, high: number, location: number, from: number, to: number): void {
    let slot = high & (this.#slots - 1);
    while (this.#words[headerWords + slot * slotWords] !== 0) slot = (slot + 1) & (this.#slots - 1);
    const at = headerWords + slot * slotWords;
    this.#words[at + word.location] = location;
    this.#words[at + word.from] = from;
    this.#words[at + word.to] = to;
    this.#words[at + word.high] = high;
    // The mark comes last: who sees it sees the rest.
    Atomics.store(this.#words, at + word.mark, mark);
    this.#used += 1;
  }

  /** Copies what the generation in service or the next one sees into a table with room to grow. */
  #renew(more: number, generation: number): void {
    const old = this.#words;
    const kept: number[] = [];
    for (let at = headerWords; at < old.length; at += slotWords) if (isKept(old, at, generation)) kept.push(at);
    let slots = slotsMin;
    while (kept.length + more > (slots * fullShare) / 1.5) slots *= 2;
    this.#words = emptyTable(slots, seedOf(old));
    this.#used = 0;
    for (const at of kept) {
      const [mark = 0, location = 0, from = 0, to = 0, high = 0] = old.subarray(at, at + slotWords);
      this.#insert(mark, high, location, from, to);
    }
    this.#reader = new SharedIndex(bufferOf(this.#words));
  }
}

function isVisible(words: Int32Array, at: number, generation: number): boolean {
  const to = Atomics.load(words, at + word.to);
  return (words[at + word.from] ?? 0) <= generation && (to === forever || to > generation);
}

/** What was taken back before anybody saw it, or ended before the generation in service, is of no use any more. */
function isKept(words: Int32Array, at: number, generation: number): boolean {
  const [mark, , from = 0, to = 0] = words.subarray(at, at + slotWords);
  return mark !== 0 && (to === forever || (to > generation && to !== from));
}

function markOf(low: number): number {
  return low | 0 || 1;
}

function seedOf(words: Int32Array): KeyHash {
  return { high: words[header.seedHigh] ?? 0, low: words[header.seedLow] ?? 0 };
}

function bufferOf(words: Int32Array): SharedArrayBuffer {
  // `emptyTable` made it so.
  return words.buffer as SharedArrayBuffer;
}

function emptyTable(slots: number, seed?: KeyHash): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer((headerWords + slots * slotWords) * Int32Array.BYTES_PER_ELEMENT));
  // Clients choose what is looked up; they must not be able to choose keys that fall together.
  if (seed) [words[header.seedHigh], words[header.seedLow]] = [seed.high, seed.low];
  else randomFillSync(words.subarray(header.seedHigh, header.seedLow + 1));
  words[header.slots] = slots;
  return words;
}

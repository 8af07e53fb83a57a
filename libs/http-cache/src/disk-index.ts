import { type KeyDigest, nameOf } from './key-hash.ts';

/** Slots of one bucket: a file is in the bucket of its key or nowhere. */
const bucketSlots = 8;
/** Words of 32 bits per slot: its state, the name of the file, its size in KiB, whether it was used lately. */
const slotWords = 8;
const field = { name: 1, kib: 5, isUsed: 6 };
/** A name is the beginning of a digest: four words. */
const nameWords = 4;
/** Words before the slots: KiB in use, where to look for something to give up next, whether all files are known. */
const headerWords = 8;
const header = { kib: 0, hand: 1, isComplete: 2 };
/** The lowest two bits of a state; the rest counts how often the slot has changed. */
const [free, busy, live] = [0, 1, 2];
const stateMask = 3;
const step = 4;
/** How often a bucket is looked at for a place. */
const roundsMax = 8;

/** A slot as it was when it was looked at. */
export interface IndexedFile {
  readonly slot: number;
  /** Another number means another content. */
  readonly state: number;
}

/**
 * What files a zone has, in memory that workers share: so that a miss asks no disk, and that who needs room knows what was
 * not used lately. What it says may be outdated when it is read; the files say what is true.
 */
export class DiskIndex {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #buckets: number;

  /** Takes part in the index in `buffer`. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#buckets = (this.#words.length - headerWords) / (slotWords * bucketSlots);
  }

  /** The memory of an empty index for about so many files. */
  static createBuffer(files: number): SharedArrayBuffer {
    const buckets = Math.max(8, Math.ceil(files / bucketSlots));
    return new SharedArrayBuffer((headerWords + buckets * bucketSlots * slotWords) * 4);
  }

  get slotCount(): number {
    return this.#buckets * bucketSlots;
  }

  /** KiB of all files. */
  get kib(): number {
    return Atomics.load(this.#words, header.kib);
  }

  /** Whether a file that is not found here does not exist: false until the folder has been read. */
  get isComplete(): boolean {
    return Atomics.load(this.#words, header.isComplete) === 1;
  }

  complete(): void {
    Atomics.store(this.#words, header.isComplete, 1);
  }

  find(digest: KeyDigest): IndexedFile | undefined {
    const first = this.#bucketOf(digest);
    for (let i = 0; i < bucketSlots; i += 1) {
      const slot = first + i * slotWords;
      const state = Atomics.load(this.#words, slot);
      if ((state & stateMask) === live && this.#isOf(slot, digest)) return { slot, state };
    }
    return undefined;
  }

  /** Whether a slot still says what it said. */
  isCurrent({ slot, state }: IndexedFile): boolean {
    return Atomics.load(this.#words, slot) === state;
  }

  /** Notes that a file was asked for. */
  use({ slot }: IndexedFile): void {
    if (this.#words[slot + field.isUsed] === 0) this.#words[slot + field.isUsed] = 1;
  }

  /** The content of a file has changed: nobody may use what was read before. */
  touch({ slot, state }: IndexedFile): void {
    this.#swap(slot, state, state + step);
  }

  /** Notes a new file; answers the name of one that has no place any more, the new one itself where all others are busy. */
  put(digest: KeyDigest, kib: number): string | undefined {
    const known = this.find(digest);
    const isTaken = known !== undefined && this.#take(known.slot, known.state);
    const place = isTaken ? { slot: known.slot, evicted: undefined } : this.#place(digest);
    if (place === undefined) return nameOf(digest);
    const { slot, evicted } = place;
    const words = this.#words;
    for (let i = 0; i < nameWords; i += 1) words[slot + field.name + i] = digest.words[i] ?? 0;
    words[slot + field.kib] = kib;
    words[slot + field.isUsed] = 0;
    Atomics.add(words, header.kib, kib);
    Atomics.add(words, slot, live - busy + step);
    return evicted;
  }

  /** Whether there was anything. */
  remove(digest: KeyDigest): boolean {
    const known = this.find(digest);
    return known !== undefined && this.drop(known);
  }

  /** Forgets a file, unless its slot has changed meanwhile. */
  drop({ slot, state }: IndexedFile): boolean {
    if (!this.#take(slot, state)) return false;
    this.#release(slot);
    return true;
  }

  /** Looks at a number of slots for a file that was not used since it was last looked at; answers its name. */
  giveUpOne(slotsMax: number): string | undefined {
    const total = this.slotCount;
    for (let i = 0; i < slotsMax; i += 1) {
      const at = (Atomics.add(this.#words, header.hand, 1) >>> 0) % total;
      const name = this.#giveUp(headerWords + at * slotWords);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  #giveUp(slot: number): string | undefined {
    const state = Atomics.load(this.#words, slot);
    if ((state & stateMask) !== live) return undefined;
    if (this.#words[slot + field.isUsed] === 1) {
      this.#words[slot + field.isUsed] = 0;
      return undefined;
    }
    const name = this.#nameOf(slot);
    if (!this.#take(slot, state)) return undefined;
    this.#release(slot);
    return name;
  }

  /** A slot of the bucket that is busy from now on: a free one, or that of a file that was not used lately. */
  #place(digest: KeyDigest): { slot: number; evicted: string | undefined } | undefined {
    const first = this.#bucketOf(digest);
    for (let round = 0; round < roundsMax; round += 1) {
      for (let i = 0; i < bucketSlots; i += 1) {
        const slot = first + i * slotWords;
        const evicted = this.#nameOf(slot);
        const taken = this.#tryTake(slot, round > 0);
        if (taken) return { slot, evicted: taken === 'live' ? evicted : undefined };
      }
    }
    return undefined;
  }

  /** Takes a slot that is free, or where `mayEvict` one that was not used since it was last looked at. */
  #tryTake(slot: number, mayEvict: boolean): 'free' | 'live' | undefined {
    const state = Atomics.load(this.#words, slot);
    if ((state & stateMask) === free) return this.#swap(slot, state, state + busy) ? 'free' : undefined;
    if ((state & stateMask) !== live || !mayEvict) return undefined;
    if (this.#words[slot + field.isUsed] === 0) return this.#take(slot, state) ? 'live' : undefined;
    this.#words[slot + field.isUsed] = 0;
    return undefined;
  }

  /** From live to busy: the size is taken off. */
  #take(slot: number, state: number): boolean {
    const kib = this.#words[slot + field.kib] ?? 0;
    if (!this.#swap(slot, state, state - live + busy)) return false;
    Atomics.sub(this.#words, header.kib, kib);
    return true;
  }

  #release(slot: number): void {
    Atomics.add(this.#words, slot, free - busy + step);
  }

  #swap(slot: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, slot, from, to) === from;
  }

  #isOf(slot: number, { words }: KeyDigest): boolean {
    for (let i = 0; i < nameWords; i += 1)
      if (this.#words[slot + field.name + i] !== ((words[i] ?? 0) | 0)) return false;
    return true;
  }

  #nameOf(slot: number): string {
    const name = Buffer.alloc(nameWords * 4);
    for (let i = 0; i < nameWords; i += 1) name.writeInt32LE(this.#words[slot + field.name + i] ?? 0, i * 4);
    return name.toString('hex');
  }

  #bucketOf({ words }: KeyDigest): number {
    return headerWords + ((words[0] ?? 0) % this.#buckets) * bucketSlots * slotWords;
  }
}

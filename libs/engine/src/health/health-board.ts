import { createHash } from 'node:crypto';
import { isServingWord, nextWord, type Outcome } from './target-state.ts';

/** What a target is found by: 64 bits of a hash of everything that makes it the same target. */
export interface TargetKey {
  readonly high: number;
  readonly low: number;
}

const headerWords = 4;
const versionWord = 0;
const slotWords = 4;
const [highWord, lowWord, stateWord] = [0, 1, 2];
/** Marks of a slot that is free, and of one that was given up while others behind it are not. */
const [free, vacated] = [0, 1];
const defaultSlotCount = 2 ** 17;
/** Fuller than this, looking for a target would take long. */
const fillMax = 0.75;

/** The key of a text. */
export function targetKey(text: string): TargetKey {
  const digest = createHash('sha256').update(text).digest();
  // The lowest marks of a slot are taken.
  return { high: digest.readInt32LE(0) | 2, low: digest.readInt32LE(4) };
}

/**
 * The states of all targets, in memory that all workers share. One thread, the owner, gives targets their places; everybody
 * reads states, and records what traffic tells, by compare-and-swap alone: a worker may die anywhere.
 */
export class HealthBoard {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #slotCount: number;
  /** Places in use; known to the owner only. */
  #used = 0;

  /** Takes part in the board in `buffer`. */
  constructor(buffer: SharedArrayBuffer = HealthBoard.createBuffer()) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#slotCount = (this.#words.length - headerWords) / slotWords;
  }

  /** The memory of an empty board: a power of two of places, 131,072 (2 MiB) unless given. */
  static createBuffer(slotCount = defaultSlotCount): SharedArrayBuffer {
    if (!Number.isInteger(Math.log2(slotCount))) throw new RangeError(`${slotCount} places are not a power of two.`);
    return new SharedArrayBuffer((headerWords + slotCount * slotWords) * Int32Array.BYTES_PER_ELEMENT);
  }

  /** Changes whenever a target begins or ceases to serve, comes or goes. */
  get version(): number {
    return Atomics.load(this.#words, versionWord);
  }

  /** Where a target is; -1 where nobody watches it. */
  find({ high, low }: TargetKey): number {
    for (let step = 0; step < this.#slotCount; step += 1) {
      const slot = (low + step) & (this.#slotCount - 1);
      const mark = this.#load(slot, highWord);
      if (mark === free) return -1;
      if (mark === high && this.#load(slot, lowWord) === low) return slot;
    }
    return -1;
  }

  word(slot: number): number {
    return this.#load(slot, stateWord);
  }

  isServing(slot: number): boolean {
    return slot < 0 || isServingWord(this.word(slot));
  }

  /** Counts an outcome; answers whether the target began or ceased to serve with it. */
  record(slot: number, outcome: Outcome, limit: number): boolean {
    for (;;) {
      const before = this.word(slot);
      const after = nextWord(before, outcome, limit);
      if (after === before) return false;
      const at = this.#at(slot, stateWord);
      if (Atomics.compareExchange(this.#words, at, before, after) !== before) continue;
      if (isServingWord(before) === isServingWord(after)) return false;
      this.#change();
      return true;
    }
  }

  /** Owner only: gives a target a place, in this state; -1 where the board is full. */
  claim(key: TargetKey, word: number): number {
    const known = this.find(key);
    const slot = known < 0 ? this.#vacancy(key) : known;
    if (slot < 0) return -1;
    Atomics.store(this.#words, this.#at(slot, stateWord), word);
    if (known < 0) {
      this.#used += 1;
      Atomics.store(this.#words, this.#at(slot, lowWord), key.low);
      // Last: whoever sees it sees a whole place.
      Atomics.store(this.#words, this.#at(slot, highWord), key.high);
    }
    this.#change();
    return slot;
  }

  /** Owner only: gives a place up. */
  release(slot: number): void {
    this.#used -= 1;
    Atomics.store(this.#words, this.#at(slot, highWord), vacated);
    // Behind the last place of a run nobody looks further, so that what is vacated there is as good as free.
    for (let at = slot; this.#isFree(at + 1) && this.#load(at, highWord) === vacated; at = this.#wrapped(at - 1))
      Atomics.store(this.#words, this.#at(at, highWord), free);
    this.#change();
  }

  #vacancy({ low }: TargetKey): number {
    if (this.#used >= this.#slotCount * fillMax) return -1;
    for (let step = 0; step < this.#slotCount; step += 1) {
      const slot = this.#wrapped(low + step);
      const mark = this.#load(slot, highWord);
      if (mark === free || mark === vacated) return slot;
    }
    return -1;
  }

  #isFree(slot: number): boolean {
    return this.#load(this.#wrapped(slot), highWord) === free;
  }

  #change(): void {
    Atomics.add(this.#words, versionWord, 1);
  }

  #wrapped(slot: number): number {
    return slot & (this.#slotCount - 1);
  }

  #load(slot: number, word: number): number {
    return Atomics.load(this.#words, this.#at(slot, word));
  }

  #at(slot: number, word: number): number {
    return headerWords + slot * slotWords + word;
  }
}

const unitBytes = 16;
/** Words of 64 bits before the index: where the next record goes, and how many slots the index has. */
const headerWords = 2;

/**
 * Records in a ring of memory that workers share: a new one takes the place of the oldest. There are no locks. Room is taken
 * before anything is written there, so who has read something, and then finds that nobody has taken its place, has read it
 * whole.
 */
export class SharedRing {
  readonly buffer: SharedArrayBuffer;
  readonly slotCount: number;
  readonly #words: BigUint64Array;
  readonly #ring: Buffer;
  readonly #units: bigint;

  /** Takes part in the ring in `buffer`. */
  constructor(buffer: SharedArrayBuffer) {
    const slotCount = Number(new BigUint64Array(buffer, 0, headerWords)[1]);
    const ringAt = (headerWords + slotCount) * 8;
    this.buffer = buffer;
    this.slotCount = slotCount;
    this.#words = new BigUint64Array(buffer, 0, headerWords + slotCount);
    this.#ring = Buffer.from(buffer, ringAt);
    this.#units = BigInt(Math.floor(this.#ring.length / unitBytes));
  }

  /** The memory of an empty ring of about so many bytes. */
  static createBuffer(bytes: number, slotCount: number): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer((headerWords + slotCount) * 8 + Math.ceil(bytes / unitBytes) * unitBytes);
    // Position 0 stands for nothing.
    new BigUint64Array(buffer, 0, headerWords).set([1n, BigInt(slotCount)]);
    return buffer;
  }

  /** What a slot of the index says. */
  slot(index: number): bigint {
    return Atomics.load(this.#words, headerWords + index);
  }

  setSlot(index: number, word: bigint): void {
    Atomics.store(this.#words, headerWords + index, word);
  }

  /** False where the slot says something else by now. */
  swapSlot(index: number, from: bigint, to: bigint): boolean {
    return Atomics.compareExchange(this.#words, headerWords + index, from, to) === from;
  }

  /** Whether nothing newer has taken the place yet. An exchange, so that reads before it cannot move behind it. */
  isKept(position: bigint): boolean {
    return position !== 0n && this.#next() - position <= this.#units;
  }

  /** Whether the place will be taken soon: in the last quarter of the ring. */
  isAging(position: bigint): boolean {
    return this.#next() - position > (this.#units * 3n) / 4n;
  }

  /** Writes pieces one behind the other; answers where. They must be shorter than the ring. */
  append(pieces: readonly Uint8Array[], bytes: number): bigint {
    const position = this.#reserve(bytes);
    let at = this.#at(position);
    for (const piece of pieces) {
      this.#ring.set(piece, at);
      at += piece.length;
    }
    return position;
  }

  /** A copy of what is at a position; undefined where it has gone. */
  read(position: bigint, offset: number, bytes: number): Buffer | undefined {
    const at = this.#at(position) + offset;
    if (at + bytes > this.#ring.length) return undefined;
    const copy = Buffer.allocUnsafe(bytes);
    this.#ring.copy(copy, 0, at, at + bytes);
    return this.isKept(position) ? copy : undefined;
  }

  #next(): bigint {
    return Atomics.add(this.#words, 0, 0n);
  }

  #reserve(bytes: number): bigint {
    const units = BigInt(Math.max(1, Math.ceil(bytes / unitBytes)));
    for (;;) {
      const position = Atomics.add(this.#words, 0, units);
      // A record does not go over the end: what is left there stays unused.
      if ((position % this.#units) + units <= this.#units) return position;
    }
  }

  #at(position: bigint): number {
    return Number(position % this.#units) * unitBytes;
  }
}

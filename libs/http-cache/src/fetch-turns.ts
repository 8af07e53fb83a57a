import { randomInt } from 'node:crypto';
import type { Clock, FetchTurn } from '@sluice/plugin-kit';
import type { KeyDigest } from './key-hash.ts';

const slotCount = 2 ** 16;
/** Words of 32 bits per slot: who fetches, until when nobody should wait for anybody, how often keys were removed. */
const slotWords = 4;
const [holder, unsharedUntil, removals, endedAt] = [0, 1, 2, 3];
/** Who was looking for something when its fetch ended has begun a turn of its own by then. */
const lateSeconds = 3;
/** For how long after an answer for one client only the next ones are fetched side by side. */
const unsharedSeconds = 10;
const idBits = 12;

/**
 * Who is fetching what, over all workers, so that others can wait for the answer instead of asking the upstream as well.
 * Keys that share a slot are not mistaken for each other: the later one just waits for nobody. A worker may die while it
 * fetches: whoever has waited long enough for it goes on, and takes its place.
 */
export class FetchTurns {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #clock: Clock;

  constructor(clock: Clock, buffer: SharedArrayBuffer = FetchTurns.createBuffer()) {
    this.buffer = buffer;
    this.#clock = clock;
    this.#words = new Int32Array(buffer);
  }

  /** The memory of a table in which nobody fetches. */
  static createBuffer(): SharedArrayBuffer {
    return new SharedArrayBuffer(slotCount * slotWords * Int32Array.BYTES_PER_ELEMENT);
  }

  begin(digest: KeyDigest): FetchTurn {
    const at = slotOf(digest);
    const token = tokenOf(digest, randomInt(1, 2 ** idBits));
    const mark = Atomics.load(this.#words, at + removals);
    const isCurrent = (): boolean => Atomics.load(this.#words, at + removals) === mark;
    const before = Atomics.compareExchange(this.#words, at + holder, 0, token);
    const isUnshared = this.#isUnshared(at);
    if (before !== 0) return { isFirst: isUnshared || !isOf(before, digest), isLate: false, isCurrent, end: () => {} };
    return {
      isFirst: true,
      isLate: !isUnshared && this.#seconds() - Atomics.load(this.#words, at + endedAt) < lateSeconds,
      isCurrent,
      end: (isShareable) => {
        if (!isShareable) Atomics.store(this.#words, at + unsharedUntil, this.#seconds() + unsharedSeconds);
        Atomics.store(this.#words, at + endedAt, this.#seconds());
        this.#release(at, token);
      },
    };
  }

  /** Resolves when the key is not being fetched any more. When the time is up, the place is free for the next. */
  async whenOver(digest: KeyDigest, timeoutMs: number): Promise<void> {
    const at = slotOf(digest);
    const token = Atomics.load(this.#words, at + holder);
    if (token === 0 || !isOf(token, digest)) return;
    const { value } = Atomics.waitAsync(this.#words, at + holder, token, timeoutMs);
    if ((await value) === 'timed-out') this.#release(at, token);
  }

  /** What is being fetched for the key is outdated. */
  noteRemoval(digest: KeyDigest): void {
    Atomics.add(this.#words, slotOf(digest) + removals, 1);
  }

  #release(at: number, token: number): void {
    if (Atomics.compareExchange(this.#words, at + holder, token, 0) === token) Atomics.notify(this.#words, at + holder);
  }

  #isUnshared(at: number): boolean {
    return Atomics.load(this.#words, at + unsharedUntil) > this.#seconds();
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000) | 0;
  }
}

function slotOf({ words }: KeyDigest): number {
  return ((words[7] ?? 0) % slotCount) * slotWords;
}

/** Never 0: 20 bits of the key, 12 bits that tell one fetch from the next. */
function tokenOf({ words }: KeyDigest, id: number): number {
  return ((words[6] ?? 0) & ~(2 ** idBits - 1)) | id;
}

function isOf(token: number, { words }: KeyDigest): boolean {
  return (token ^ (words[6] ?? 0)) >>> idBits === 0;
}

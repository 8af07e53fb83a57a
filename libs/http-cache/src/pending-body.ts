import { crc32 } from 'node:zlib';
import type { CacheWriter } from '@sluice/plugin-kit';

/** How many bytes the bodies that are on their way may still hold together. */
export interface PendingBudget {
  bytesLeft: number;
}

/** A body in pieces. */
export interface WholeBody {
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
  readonly crc: number;
}

/** A body that is held by the worker until it is whole. */
export class PendingBody implements CacheWriter {
  readonly #budget: PendingBudget;
  readonly #bytesMax: number;
  readonly #store: (body: WholeBody, head: unknown) => void;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #crc = 0;
  #isOver = false;

  /** `store` takes the whole. */
  constructor(budget: PendingBudget, bytesMax: number, store: (body: WholeBody, head: unknown) => void) {
    this.#budget = budget;
    this.#bytesMax = bytesMax;
    this.#store = store;
  }

  append(chunk: Uint8Array): boolean {
    if (this.#isOver) return false;
    if (this.#bytes + chunk.length > this.#bytesMax || chunk.length > this.#budget.bytesLeft) {
      this.abort();
      return false;
    }
    this.#bytes += chunk.length;
    this.#budget.bytesLeft -= chunk.length;
    // Not the chunk itself: whoever gets it next may use its memory again.
    const copy: Uint8Array = Uint8Array.prototype.slice.call(chunk);
    this.#pieces.push(copy);
    this.#crc = crc32(copy, this.#crc);
    return true;
  }

  commit(head: unknown): void {
    if (this.#isOver) return;
    this.#store({ pieces: this.#pieces, bytes: this.#bytes, crc: this.#crc }, head);
    this.abort();
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#budget.bytesLeft += this.#bytes;
    this.#pieces = [];
  }
}

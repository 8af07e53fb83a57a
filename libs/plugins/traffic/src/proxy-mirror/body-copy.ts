import type { BodyTransform } from '@sluice/plugin-kit';

/** How many bytes all copies together may still hold. */
export interface CopyBudget {
  bytesLeft: number;
}

/**
 * Lets the body of a request pass and gives it again to whoever reads the copy. A reader that is slower than the request is
 * given up once `bytesMax` wait for it, or the budget of all copies is used up: the request waits for nobody.
 */
export class BodyCopy implements BodyTransform, AsyncIterable<Uint8Array> {
  readonly keepsBytes = true;
  readonly #bytesMax: number;
  readonly #budget: CopyBudget;
  readonly #lost = new AbortController();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #isComplete = false;
  #wake: (() => void) | null = null;

  constructor(bytesMax: number, budget: CopyBudget) {
    this.#bytesMax = bytesMax;
    this.#budget = budget;
  }

  /** Aborted where the copy will never be whole. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  chunk(data: Uint8Array): Uint8Array {
    if (this.signal.aborted) return data;
    this.#hold(data.length);
    // Not the chunk itself: whoever gets it next may use its memory again.
    if (this.#waitingBytes <= this.#bytesMax && this.#budget.bytesLeft >= 0) this.#waiting.push(copyOf(data));
    else this.#lose();
    this.#wake?.();
    return data;
  }

  end(): undefined {
    this.#isComplete = true;
    this.#wake?.();
  }

  /** Nobody reads the copy any further. */
  giveUp(): void {
    if (!this.signal.aborted) this.#lose();
  }

  /** The request is over; what has not come by now never will. */
  close(): void {
    if (!this.#isComplete) this.giveUp();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined> {
    while (!this.signal.aborted) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) {
        this.#hold(-chunk.length);
        yield chunk;
      } else if (this.#isComplete) return undefined;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return undefined;
  }

  #hold(bytes: number): void {
    this.#waitingBytes += bytes;
    this.#budget.bytesLeft -= bytes;
  }

  #lose(): void {
    this.#waiting = [];
    this.#hold(-this.#waitingBytes);
    this.#lost.abort();
    this.#wake?.();
  }
}

function copyOf(data: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(data);
}

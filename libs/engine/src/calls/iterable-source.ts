import type { BodyStream } from '@sluice/plugin-kit';
import type { BodySource } from '../http/request-body.ts';

/** A body that a plugin produces: the next piece is asked for when the upstream has taken the last. */
export class IterableSource implements BodySource {
  readonly #pieces: AsyncIterator<Uint8Array | string>;
  #isPaused = true;
  #isPulling = false;
  #isOver = false;
  #onData: ((chunk: Buffer) => void) | null = null;
  #onEnd: (() => void) | null = null;
  #onError: (() => void) | null = null;
  readonly #onFailure: (error: unknown) => void;

  /** `onFailure` is told what the stream threw. */
  constructor(stream: BodyStream, onFailure: (error: unknown) => void) {
    this.#pieces = stream[Symbol.asyncIterator]();
    this.#onFailure = onFailure;
  }

  on(event: 'data' | 'end' | 'error' | 'close', listener: ((chunk: Buffer) => void) | (() => void)): void {
    if (event === 'data') this.#onData = listener;
    else if (event === 'end') this.#onEnd = listener as () => void;
    else if (event === 'error') this.#onError = listener as () => void;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isPulling && !this.#isOver) void this.#pull();
  }

  /** Nobody wants more. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#pieces.return?.()?.catch(() => {
      // The request is over: what the stream says about being ended changes nothing.
    });
  }

  async #pull(): Promise<void> {
    this.#isPulling = true;
    try {
      while (!this.#isPaused && !this.#isOver) {
        const { done, value } = await this.#pieces.next();
        if (this.#isOver) return;
        if (done) this.#finish();
        else this.#onData?.(typeof value === 'string' ? Buffer.from(value) : asBuffer(value));
      }
    } catch (error) {
      this.#isOver = true;
      this.#onError?.();
      this.#onFailure(error);
    } finally {
      this.#isPulling = false;
    }
  }

  #finish(): void {
    this.#isOver = true;
    this.#onEnd?.();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import type { BodyTransform } from '@sluice/plugin-kit';
import type { BodySource, BodyTarget, RequestBody } from './request-body.ts';
import { TransformPipe } from './transform-pipe.ts';

/** A request's body behind the transform of a plugin: a source like the client, which flows at the pace of its reader. */
export class TransformedSource implements BodySource, BodyTarget {
  readonly #body: RequestBody;
  readonly #pipe: TransformPipe;
  /** What came out of the transform while nobody wanted more. */
  readonly #queued: Buffer[] = [];
  #isOpen = false;
  #isPaused = true;
  #isEnding = false;
  #room: PromiseWithResolvers<void> | null = null;
  #onData: ((chunk: Buffer) => void) | null = null;
  #onEnd: (() => void) | null = null;
  #onError: (() => void) | null = null;

  /** `onFailure` is told what the transform threw, once the reader knows that nothing more will come. */
  constructor(body: RequestBody, transform: BodyTransform, plugin: string, onFailure: (error: unknown) => void) {
    this.#body = body;
    // The pipe asks only for the name of the step.
    const step = { plugin, filterKey: null, run: () => undefined };
    this.#pipe = new TransformPipe([{ step, transform }], {
      write: (chunk) => this.#deliver(chunk),
      end: () => this.#finish(),
      room: () => this.#whenResumed(),
      onRoom: () => body.resume(),
      onError: (_step, error) => {
        body.discard();
        this.#onError?.();
        onFailure(error);
      },
    });
  }

  on(event: 'data' | 'end' | 'error' | 'close', listener: ((chunk: Buffer) => void) | (() => void)): void {
    if (event === 'data') this.#onData = listener;
    else if (event === 'end') this.#onEnd = listener as () => void;
    else if (event === 'error') this.#onError = listener as () => void;
  }

  /** The pipe stops reading by itself as soon as it holds something that nobody takes. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused && this.#queued.length > 0) this.#onData?.(this.#queued.shift() as Buffer);
    if (this.#isPaused) return;
    this.#room?.resolve();
    this.#room = null;
    if (this.#isEnding) this.#finish();
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#body.sendTo(this);
  }

  onRequestChunk(chunk: Buffer): boolean {
    return this.#pipe.write(chunk);
  }

  onRequestEnd(): void {
    this.#pipe.end();
  }

  /** The client is gone. */
  onRequestBroken(): void {
    this.#onError?.();
  }

  #deliver(chunk: Buffer): boolean {
    if (this.#isPaused) this.#queued.push(chunk);
    else this.#onData?.(chunk);
    return !this.#isPaused;
  }

  #finish(): void {
    this.#isEnding = this.#isPaused;
    if (!this.#isPaused) this.#onEnd?.();
  }

  #whenResumed(): Promise<void> {
    if (!this.#isPaused) return Promise.resolve();
    return (this.#room ??= Promise.withResolvers<void>()).promise;
  }
}

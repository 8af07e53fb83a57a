import type { BodyTransform } from '@sluice/plugin-kit';
import type { Step } from '../pipeline/chain.ts';
import type { AttributedTransform } from './client-body.ts';

/** Where transformed bytes go. */
export interface TransformOutput {
  /** False: wait for `room`. */
  write(chunk: Buffer): boolean;
  room(): Promise<void>;
  end(): void;
  /** There is room again after a write that was told to wait. */
  onRoom(): void;
  onError(step: Step<unknown>, error: unknown): void;
}

/** Leads a body through the transforms of plugins, one chunk after the other, however long a plugin takes. */
export class TransformPipe {
  readonly #transforms: readonly AttributedTransform[];
  readonly #output: TransformOutput;
  readonly #queue: Buffer[] = [];
  #isEnding = false;
  #isBusy = false;
  #isWaited = false;
  #isDead = false;

  constructor(transforms: readonly AttributedTransform[], output: TransformOutput) {
    this.#transforms = transforms;
    this.#output = output;
  }

  /** Length of what comes out where `length` goes in; -1 where nobody knows. */
  lengthAfter(length: number): number {
    let known = length;
    for (const { transform } of this.#transforms)
      if (transform.bytesOut !== undefined) known = transform.bytesOut;
      else if (transform.keepsBytes !== true) known = -1;
    return known;
  }

  /** False while a plugin is still at work on what came before. */
  write(chunk: Buffer): boolean {
    if (this.#isBusy || this.#queue.length > 0) {
      this.#queue.push(chunk);
      this.#run();
    } else if (!this.#isDead) this.#passNow(chunk);
    this.#isWaited = this.#isBusy;
    return !this.#isBusy;
  }

  end(): void {
    this.#isEnding = true;
    this.#run();
  }

  #run(): void {
    if (this.#isBusy || this.#isDead) return;
    this.#isBusy = true;
    void this.#work();
  }

  /** Most transforms answer at once: their chunks pass without a promise. The first one that waits makes the rest wait. */
  #passNow(chunk: Buffer): void {
    let data: Uint8Array | undefined = chunk;
    for (let i = 0; i < this.#transforms.length && data; i += 1) {
      const { step, transform } = this.#transforms[i] as AttributedTransform;
      try {
        const result: ReturnType<BodyTransform['chunk']> = transform.chunk(data);
        if (result instanceof Promise) return this.#goOn(this.#finishChunk(result, step, i + 1));
        data = result;
      } catch (error) {
        return this.#die(step, error);
      }
    }
    if (data && !this.#deliver(data)) this.#goOn(this.#output.room());
  }

  /** Something is waited for; what comes meanwhile queues up behind it. */
  #goOn(work: Promise<void>): void {
    this.#isBusy = true;
    void work.then(() => this.#work());
  }

  async #finishChunk(
    waiting: Promise<Uint8Array | undefined>,
    step: AttributedTransform['step'],
    next: number,
  ): Promise<void> {
    try {
      const data = await waiting;
      if (data) await this.#pass(data, next);
    } catch (error) {
      this.#die(step, error);
    }
  }

  /** False where the receiver wants nothing more for now. */
  #deliver(data: Uint8Array): boolean {
    if (data.length === 0 || this.#isDead) return true;
    return this.#output.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }

  async #work(): Promise<void> {
    for (let chunk = this.#queue.shift(); chunk && !this.#isDead; chunk = this.#queue.shift())
      await this.#pass(chunk, 0);
    if (this.#isEnding && !this.#isDead) {
      for (let i = 0; i < this.#transforms.length; i += 1) await this.#finish(i);
      this.#isEnding = false;
      if (!this.#isDead) this.#output.end();
      this.#isDead = true;
    }
    this.#isBusy = false;
    if (this.#queue.length > 0 || this.#isEnding) return this.#run();
    if (this.#isWaited && !this.#isDead) this.#output.onRoom();
    this.#isWaited = false;
  }

  /** Takes a chunk through the transforms from one of them on. */
  async #pass(chunk: Uint8Array, from: number): Promise<void> {
    let data: Uint8Array | undefined = chunk;
    for (let i = from; i < this.#transforms.length && data; i += 1) {
      const { step, transform } = this.#transforms[i] as AttributedTransform;
      try {
        data = await transform.chunk(data);
      } catch (error) {
        return this.#die(step, error);
      }
    }
    if (data && !this.#deliver(data)) await this.#output.room();
  }

  async #finish(index: number): Promise<void> {
    const { step, transform } = this.#transforms[index] as AttributedTransform;
    try {
      const rest = await transform.end();
      if (rest) await this.#pass(rest, index + 1);
    } catch (error) {
      this.#die(step, error);
    }
  }

  #die(step: Step<unknown>, error: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#output.onError(step, error);
  }
}

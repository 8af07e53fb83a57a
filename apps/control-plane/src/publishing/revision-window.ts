import type { EncodedStep } from './batch-messages.ts';

/** The last steps of a group, each continuing the one before, as many as fit into a number of bytes. */
export class RevisionWindow {
  readonly #bytesMax: number;
  readonly #steps: EncodedStep[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds the newest step. One that does not continue the last makes those before it useless. */
  push(step: EncodedStep): void {
    if (this.#steps.at(-1)?.revision !== step.base) this.clear();
    this.#steps.push(step);
    this.#bytes += step.bytes;
    while (this.#bytes > this.#bytesMax) this.#bytes -= this.#steps.shift()?.bytes ?? 0;
  }

  /**
   * The step that continues a revision. Undefined where there is none, and where more than `behindMax` steps would have to
   * follow: one compacted step takes less than all of them.
   */
  after(revision: number, behindMax: number): EncodedStep | undefined {
    return this.#steps.slice(-behindMax).find((step) => step.base === revision);
  }

  clear(): void {
    this.#steps.length = 0;
    this.#bytes = 0;
  }
}

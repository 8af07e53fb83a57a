import type { Log, Metric } from './kit.ts';

/** What is said of entries that were lost. */
export interface LossWords {
  /** The line in the error log. */
  readonly message: string;
  /** What stands beside it; `count` and `why` are added. */
  readonly fields: object;
  /** Counts every entry. */
  readonly metric: Metric;
  readonly labels: readonly string[];
}

const intervalMs = 10_000;

/**
 * Tells of losses: each is counted at once, and the error log gets a line for the first and then one at most every ten
 * seconds, so that a service that is down does not fill it.
 */
export class LossReport {
  readonly #log: Log;
  readonly #words: LossWords;
  #untold = 0;
  #lastWhy = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(log: Log, words: LossWords) {
    this.#log = log;
    this.#words = words;
  }

  add(count: number, why: string): void {
    const { metric, labels } = this.#words;
    metric.record(labels, count);
    this.#untold += count;
    this.#lastWhy = why;
    if (this.#timer === null) this.#tell();
  }

  /** Tells what was not told yet; with the last loss, that is. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#untold > 0) this.#write();
  }

  #tell(): void {
    this.#timer = null;
    if (this.#untold === 0) return;
    this.#write();
    this.#timer = setTimeout(() => this.#tell(), intervalMs).unref();
  }

  #write(): void {
    const { message, fields } = this.#words;
    this.#log.error(message, { ...fields, count: this.#untold, why: this.#lastWhy });
    this.#untold = 0;
  }
}

import { setTimeout as delayFor } from 'node:timers/promises';

/** How entries are collected. Times in milliseconds. */
export interface BatchOptions<T> {
  readonly sizeMax: number;
  readonly idleMs: number;
  readonly ageMs: number;
  readonly retries: number;
  readonly retryDelayMs: number;
  /** Entries that may wait, those under way included. */
  readonly pendingMax: number;
  /** Rejects where the batch did not arrive. */
  deliver(batch: readonly T[]): Promise<void>;
  /** Entries are lost: there was no room, or no try brought them there. */
  onLost(count: number, why: string): void;
}

/** How long a configuration that ends waits for what it still has to send. */
const closeMs = 5_000;

/** Collects entries and sends them in batches, one after the other. Nobody waits for it, and it never grows beyond its bound. */
export class BatchQueue<T> {
  readonly #options: BatchOptions<T>;
  #entries: T[] = [];
  readonly #batches: T[][] = [];
  #pending = 0;
  #firstAt = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #isClosing = false;

  constructor(options: BatchOptions<T>) {
    this.#options = options;
  }

  push(entry: T): void {
    const { pendingMax, sizeMax, idleMs, ageMs, onLost } = this.#options;
    if (this.#pending >= pendingMax) return onLost(1, 'too many entries wait');
    this.#pending += 1;
    this.#lastAt = performance.now();
    if (this.#entries.length === 0) this.#firstAt = this.#lastAt;
    this.#entries.push(entry);
    if (this.#entries.length >= sizeMax || this.#isClosing) this.#flush();
    else this.#timer ??= this.#wakeIn(Math.min(idleMs, ageMs));
  }

  /** Sends what there is, without further delays; ends after a while whether it arrived or not. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#flush();
    const stop = new AbortController();
    const deadline = delayFor(closeMs, undefined, { ref: false, signal: stop.signal }).catch(() => undefined);
    await Promise.race([this.#sending, deadline]);
    stop.abort();
  }

  #wakeIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#wake(), ms).unref();
  }

  /** One timer for all entries: where it finds newer ones, it waits on for those. */
  #wake(): void {
    this.#timer = null;
    const { idleMs, ageMs } = this.#options;
    const now = performance.now();
    const restMs = Math.min(this.#lastAt + idleMs, this.#firstAt + ageMs) - now;
    if (restMs <= 1) this.#flush();
    else this.#timer = this.#wakeIn(restMs);
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#entries.length === 0) return;
    this.#batches.push(this.#entries);
    this.#entries = [];
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      const problem = await this.#tried(batch);
      this.#pending -= batch.length;
      if (problem !== undefined) this.#options.onLost(batch.length, problem);
    }
    this.#sending = null;
  }

  async #tried(batch: readonly T[]): Promise<string | undefined> {
    const { retries, retryDelayMs, deliver } = this.#options;
    for (let left = retries; ; left -= 1) {
      try {
        await deliver(batch);
        return undefined;
      } catch (error) {
        if (left <= 0) return error instanceof Error ? error.message : String(error);
        if (!this.#isClosing) await delayFor(retryDelayMs, undefined, { ref: false });
      }
    }
  }
}

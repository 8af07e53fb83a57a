import { setTimeout as delayFor } from 'node:timers/promises';

/** How entries are collected. Times in milliseconds. */
export interface BatchOptions<T> {
  /** Entries from which a batch is sent at once. */
  readonly sizeMax: number;
  /** Bytes from which a batch is sent at once, as `push` counts them; no matter unless given. */
  readonly bytesMax?: number;
  readonly idleMs: number;
  readonly ageMs: number;
  readonly retries: number;
  readonly retryDelayMs: number;
  /** Entries that may wait, those under way included. */
  readonly pendingMax: number;
  /** Bytes that may wait, those under way included, as `push` counts them; no matter unless given. */
  readonly pendingBytesMax?: number;
  /** Batches that may be under way at a time; 1 unless given, which keeps their order. */
  readonly parallelMax?: number;
  /** Rejects where the batch did not arrive. */
  deliver(batch: readonly T[]): Promise<void>;
  /** Entries are lost: there was no room, no try brought them there, or no time was left. */
  onLost(entries: readonly T[], why: string): void;
}

interface Batch<T> {
  readonly entries: T[];
  bytes: number;
}

/** How long a configuration that ends waits for what it still has to send. */
const closeMs = 5_000;

/** Collects entries and sends them in batches. Nobody waits for it, and it never grows beyond its bounds. */
export class BatchQueue<T> {
  readonly #options: BatchOptions<T>;
  #open: Batch<T> = { entries: [], bytes: 0 };
  readonly #waiting: Batch<T>[] = [];
  readonly #underWay = new Set<Batch<T>>();
  #pending = 0;
  #pendingBytes = 0;
  #firstAt = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #senders = 0;
  #isClosing = false;
  #onIdle: (() => void) | null = null;

  constructor(options: BatchOptions<T>) {
    this.#options = options;
  }

  /** Takes an entry; `bytes` is what it weighs. */
  push(entry: T, bytes = 0): void {
    const { pendingMax, pendingBytesMax = Infinity, sizeMax, bytesMax = Infinity, idleMs, ageMs } = this.#options;
    if (this.#pending >= pendingMax || this.#pendingBytes + bytes > pendingBytesMax) {
      return this.#options.onLost([entry], 'too many entries wait');
    }
    const { entries } = this.#open;
    this.#pending += 1;
    this.#pendingBytes += bytes;
    this.#lastAt = performance.now();
    if (entries.length === 0) this.#firstAt = this.#lastAt;
    entries.push(entry);
    this.#open.bytes += bytes;
    if (entries.length >= sizeMax || this.#open.bytes >= bytesMax || this.#isClosing) this.#flush();
    else this.#timer ??= this.#wakeIn(Math.min(idleMs, ageMs));
  }

  /** Sends what there is, without further delays. What has not arrived after a while is lost. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#flush();
    if (this.#senders === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const deadline = setTimeout(resolve, closeMs).unref();
    await promise;
    clearTimeout(deadline);
    const rest = [...this.#underWay, ...this.#waiting.splice(0)].flatMap(({ entries }) => entries);
    this.#underWay.clear();
    if (rest.length > 0) this.#options.onLost(rest, 'the configuration has ended');
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
    if (this.#open.entries.length === 0) return;
    this.#waiting.push(this.#open);
    this.#open = { entries: [], bytes: 0 };
    if (this.#senders < (this.#options.parallelMax ?? 1)) void this.#send();
  }

  async #send(): Promise<void> {
    this.#senders += 1;
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      this.#underWay.add(batch);
      const problem = await this.#tried(batch.entries);
      this.#pending -= batch.entries.length;
      this.#pendingBytes -= batch.bytes;
      // Gone where the end came first: its entries were reported then.
      const isOwn = this.#underWay.delete(batch);
      if (isOwn && problem !== undefined) this.#options.onLost(batch.entries, problem);
    }
    this.#senders -= 1;
    if (this.#senders === 0) this.#onIdle?.();
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

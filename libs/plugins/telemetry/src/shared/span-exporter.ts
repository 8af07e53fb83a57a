import { BatchQueue, type HttpClient, type Kit, LossReport } from '@sluice/plugin-kit';

/** Where spans go to, and how they are collected. Times in milliseconds. */
export interface ExportOptions<T> {
  readonly plugin: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly sizeMax: number;
  readonly idleMs: number;
  readonly ageMs: number;
  readonly pendingMax: number;
  readonly parallelMax?: number;
  readonly retries: number;
  bodyOf(spans: readonly T[]): string | Uint8Array;
}

const retryDelayMs = 1000;
const pendingBytesMax = 64 * 1024 * 1024;

/** Sends spans to a collector in batches, over HTTP. Nobody waits for it, and what may wait is bounded. */
export class SpanExporter<T> {
  readonly #options: ExportOptions<T>;
  readonly #client: HttpClient;
  readonly #lost: LossReport;
  readonly #queue: BatchQueue<T>;

  constructor(options: ExportOptions<T>, { http, log, metrics }: Pick<Kit, 'http' | 'log' | 'metrics'>) {
    const { plugin } = options;
    this.#options = options;
    this.#client = http({ timeoutMs: options.timeoutMs });
    this.#lost = new LossReport(log, {
      message: 'spans are lost',
      fields: { plugin },
      metric: metrics.counter('trace_spans_dropped_total', 'Spans that did not reach their collector.', ['plugin']),
      labels: [plugin],
    });
    this.#queue = new BatchQueue<T>({
      ...options,
      retryDelayMs,
      pendingBytesMax,
      deliver: (spans) => this.#deliver(spans),
      onLost: (spans, why) => this.#lost.add(spans.length, why),
    });
  }

  /** Takes a span; `bytes` is about what it weighs. */
  add(span: T, bytes: number): void {
    this.#queue.push(span, bytes);
  }

  async close(): Promise<void> {
    await this.#queue.close();
    this.#lost.close();
  }

  async #deliver(spans: readonly T[]): Promise<void> {
    const { url, headers, bodyOf } = this.#options;
    const answer = await this.#client.request(url, { method: 'POST', headers, body: bodyOf(spans) });
    answer.discard();
    const { status } = answer;
    if (status < 300) return;
    const why = `the collector answered ${status}`;
    if (status === 429 || status >= 500) throw new Error(why);
    // What it does not understand now, it will not understand later.
    this.#lost.add(spans.length, why);
  }
}

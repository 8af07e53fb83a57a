import type { Metric } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import { exchangeLine, type LogEscape, type LogFormat, refusalLine } from './log-line.ts';
import type { RefusedRequest } from './refused-request.ts';

/** Where lines go: a `LogFile`. */
export interface LogSink {
  /** Takes one line with its end. */
  append(line: string): void;
  flush(): void;
  /** Lines that were dropped because they could not be written fast enough. */
  readonly dropped: number;
}

/** How a line is written. */
export interface AccessLogOptions {
  /** nginx-style template; one JSON object per line without it. */
  readonly format?: string | undefined;
  /** How values are made harmless in a template. */
  readonly escape?: LogEscape | undefined;
}

/** Writes a line per request, also for what is refused before it becomes one. Never makes a request wait. */
export class AccessLog {
  readonly #sink: LogSink;
  readonly #dropped: Metric;
  #counted = 0;
  readonly #ofExchange: LogFormat<Exchange>;
  readonly #ofRefusal: LogFormat<RefusedRequest>;

  constructor(sink: LogSink, dropped: Metric, { format, escape = 'default' }: AccessLogOptions = {}) {
    this.#sink = sink;
    this.#dropped = dropped;
    this.#ofExchange = exchangeLine(format, escape);
    this.#ofRefusal = refusalLine(format, escape);
  }

  /** Brings the metric up to date. */
  countDropped(): void {
    const { dropped } = this.#sink;
    if (dropped > this.#counted) this.#dropped.record([], dropped - this.#counted);
    this.#counted = dropped;
  }

  record(exchange: Exchange): void {
    this.#sink.append(this.#ofExchange(exchange));
  }

  recordRefusal(refused: RefusedRequest): void {
    this.#sink.append(this.#ofRefusal(refused));
  }

  flush(): void {
    this.#sink.flush();
  }
}

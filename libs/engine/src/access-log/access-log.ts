import type { Metric, Metrics } from '@sluice/plugin-kit';
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

/** Where lines go, and how they are written. */
export interface AccessLogOptions {
  /** Null or nothing switches the log off. */
  readonly accessLog?: LogSink | null;
  /** nginx-style template; one JSON object per line without it. */
  readonly accessLogFormat?: string;
  /** How values are made harmless in a template. */
  readonly accessLogEscape?: LogEscape;
}

/** Writes a line per request, also for what is refused before it becomes one. Never makes a request wait. */
export class AccessLog {
  readonly #sink: LogSink;
  readonly #dropped: Metric;
  #counted = 0;
  readonly #ofExchange: LogFormat<Exchange>;
  readonly #ofRefusal: LogFormat<RefusedRequest>;

  private constructor(sink: LogSink, dropped: Metric, format: string | undefined, escape: LogEscape) {
    this.#sink = sink;
    this.#dropped = dropped;
    this.#ofExchange = exchangeLine(format, escape);
    this.#ofRefusal = refusalLine(format, escape);
  }

  /** The log that the options ask for; null for none. */
  static for(options: AccessLogOptions, metrics: Metrics): AccessLog | null {
    const { accessLog: sink, accessLogFormat: format, accessLogEscape: escape = 'default' } = options;
    if (!sink) return null;
    const help = 'Lines of the access log that could not be written fast enough';
    return new AccessLog(sink, metrics.counter('sluice_access_log_dropped_total', help, []), format, escape);
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

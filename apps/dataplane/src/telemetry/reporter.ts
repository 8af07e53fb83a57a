import type { HealthMessage, MetricDeltaMessage } from '@sluice/sync/grpc';

/** How often metrics and health go up, in milliseconds. */
const reportIntervalMs = 5_000;

/** Where reports go; false means "not now". */
export interface ReportLink {
  sendHealth(health: HealthMessage): boolean;
  sendMetrics(delta: MetricDeltaMessage): boolean;
}

/** Where reports come from. */
export interface ReportSource {
  health(): HealthMessage;
  /** What happened since the last call. */
  takeMetrics(): MetricDeltaMessage;
}

/** Sends health and metric deltas to the control plane. What cannot be sent is dropped: rates are of the moment. */
export class Reporter {
  readonly #link: ReportLink;
  readonly #source: ReportSource;
  #timer: NodeJS.Timeout | undefined;

  constructor(link: ReportLink, source: ReportSource) {
    this.#link = link;
    this.#source = source;
  }

  start(): void {
    this.#timer = setInterval(() => this.report(), reportIntervalMs);
  }

  /** Sends both now: after a change of state nobody should wait for the interval. */
  report(): void {
    this.#link.sendHealth(this.#source.health());
    this.#link.sendMetrics(this.#source.takeMetrics());
  }

  /** Sends the state only. */
  reportHealth(): void {
    this.#link.sendHealth(this.#source.health());
  }

  /** Sends what there is, and nothing more. */
  end(): void {
    this.report();
    this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

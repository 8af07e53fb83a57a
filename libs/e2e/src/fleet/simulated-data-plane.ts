import { createHash } from 'node:crypto';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import type { Batch, ConfigSink, Verdict } from '@sluice/sync';
import { type ControlPlaneLink, controlPlaneSource, type MetricDeltaMessage } from '@sluice/sync/grpc';

/** As often as a real one. */
const REPORT_EVERY_MS = 5_000;
const ROUTES_REPORTED = 20;
const latencyBoundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000];
/** As large as that of a data plane with every plugin there is. */
const catalogue = Object.fromEntries(
  [
    'key-auth',
    'limit-count',
    'prometheus',
    'proxy-rewrite',
    ...Array.from({ length: 120 }, (_, i) => `plugin-${i}`),
  ].map((name) => [name, createHash('sha256').update(name).digest('hex')]),
);

/** Told when a data plane has acknowledged a revision. */
export type AcknowledgedListener = (revision: number) => void;

/**
 * A data plane without the data: it speaks to the control plane as a real one does, by the same client and on a connection
 * of its own, acknowledges what it receives without keeping it, and reports health and metrics as often as a real one.
 */
export class SimulatedDataPlane implements ConfigSink {
  readonly #source: ReturnType<typeof controlPlaneSource>;
  readonly #id: string;
  readonly #onAcknowledged: AcknowledgedListener;
  readonly #startedAt = Date.now();
  #position: { readonly revision: number; readonly digest: Uint8Array } | null = null;
  #reports: NodeJS.Timeout | undefined;

  constructor(id: string, address: string, onAcknowledged: AcknowledgedListener) {
    this.#id = id;
    this.#onAcknowledged = onAcknowledged;
    this.#source = controlPlaneSource({
      address,
      credentials: ownConnection(),
      hello: () => this.#hello(),
      onCommand: () => Promise.resolve(new Uint8Array()),
    });
  }

  start(): void {
    this.#source.start(this);
    this.#reports = setInterval(() => this.#report(this.#source), REPORT_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#reports);
    await this.#source.stop();
  }

  position(): { readonly revision: number; readonly digest: Uint8Array } | null {
    return this.#position;
  }

  receive({ revision, digest }: Batch): Promise<Verdict> {
    const isFirst = this.#position === null;
    this.#position = { revision, digest };
    // Its acknowledgement is written in the same turn of the event loop.
    queueMicrotask(() => {
      this.#onAcknowledged(revision);
      if (isFirst) this.#report(this.#source);
    });
    return Promise.resolve({ type: 'ack', revision, digest });
  }

  linkChanged(): void {
    // Whoever waits for its acknowledgements sees what matters.
  }

  #hello() {
    return {
      instance_id: this.#id,
      hostname: this.#id,
      version: '0.1.0',
      group: 'default',
      labels: { zone: 'simulated' },
      catalogue,
      workers: 2,
      started_at: this.#startedAt,
      applied_revision: this.#position?.revision ?? 0,
    };
  }

  #report(link: ControlPlaneLink): void {
    const uptime_ms = Date.now() - this.#startedAt;
    const listeners = [{ address: '127.0.0.1', port: 9080, protocol: 'http' }];
    link.sendHealth({ listeners, targets: [], links: [], state: 'ready', reason: '', uptime_ms, rss_bytes: 1e8 });
    link.sendMetrics(metricsOf(Date.now()));
  }
}

function metricsOf(now: number): MetricDeltaMessage {
  const routes = Array.from({ length: ROUTES_REPORTED }, (_, i) => ({
    route_id: `route-${i}`,
    requests: 1_000,
    status_classes: [0, 990, 0, 9, 1],
    latency_counts: [...latencyBoundsMs.map(() => 80), 40],
    latency_sum_ms: 12_345,
    bytes_in: 1e6,
    bytes_out: 1e7,
  }));
  return { from: now - REPORT_EVERY_MS, to: now, routes, latency_bounds_ms: latencyBoundsMs };
}

/** Channels of equal credentials share a connection, as those of one process may; 200 machines do not. */
function ownConnection(): ChannelCredentials {
  const own = credentials.createInsecure();
  own._equals = (other) => other === own;
  return own;
}

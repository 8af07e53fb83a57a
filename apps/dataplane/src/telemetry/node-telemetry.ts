import { hostname } from 'node:os';
import { MetricRegistry, RouteTotals } from '@sluice/engine';
import type { Log, Metric } from '@sluice/plugin-kit';
import type { Batch } from '@sluice/sync';
import type { MetricDeltaMessage } from '@sluice/sync/grpc';
import type { WorkerReport } from '../workers/messages.ts';
import type { WorkerState } from '../workers/worker-crew.ts';
import { version } from '../version.ts';
import { ModifyIndexes } from './modify-indexes.ts';

/** What is looked at when somebody asks for the metrics. */
export interface NodeFacts {
  readonly workers: readonly WorkerState[];
  readonly evictions: number;
  readonly overflows: number;
  readonly appliedRevision: number;
  readonly resourceCount: number;
  /** The link to where the configuration comes from. */
  readonly isSourceReachable: boolean;
}

/** What the operator puts before the metrics of the compatible surface. */
export function metricPrefix(attributes: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  const prefix = attributes['prometheus']?.['metric_prefix'];
  return typeof prefix === 'string' ? prefix : 'apisix_';
}

/** Sums up what the workers count, and renders it: a scrape stops no request. */
export class NodeTelemetry {
  readonly #registry: MetricRegistry;
  readonly #totals = new RouteTotals(Date.now());
  readonly #connections = new Map<number, WorkerReport['connections']>();
  readonly #facts: () => NodeFacts;
  readonly #counted = { restarts: 0, evictions: 0, overflows: 0 };
  readonly #indexes = new ModifyIndexes();
  #accepted = 0;
  #requests = 0;
  readonly #names: Readonly<Record<'connections' | 'requests' | 'source' | 'indexes' | 'info', Metric>>;
  readonly #own: Readonly<
    Record<'workers' | 'restarts' | 'evictions' | 'overflows' | 'revision' | 'resources', Metric>
  >;

  /** `prefix` stands before the metrics of the compatible surface. */
  constructor(log: Log, prefix: string, facts: () => NodeFacts) {
    this.#facts = facts;
    const registry = new MetricRegistry(log);
    this.#registry = registry;
    this.#names = {
      connections: registry.gauge(`${prefix}nginx_http_current_connections`, 'Client connections by state', ['state']),
      requests: registry.gauge(`${prefix}http_requests_total`, 'Requests since the start', []),
      source: registry.gauge(`${prefix}etcd_reachable`, 'Whether the source of the configuration is connected', []),
      indexes: registry.gauge(`${prefix}etcd_modify_indexes`, 'Revision of the last change, by kind', ['key']),
      info: registry.gauge(`${prefix}node_info`, 'This data plane', ['hostname', 'version']),
    };
    this.#own = {
      workers: registry.gauge('sluice_workers', 'Workers by state', ['state']),
      restarts: registry.counter(
        'sluice_worker_restarts_total',
        'Workers that died or were stuck, and were replaced',
        [],
      ),
      evictions: registry.counter('sluice_counter_evictions_total', 'Running limits given up for lack of room', []),
      overflows: registry.counter(
        'sluice_concurrency_overflows_total',
        'Keys that were let pass uncounted for lack of room',
        [],
      ),
      revision: registry.gauge('sluice_config_revision', 'The revision that all workers serve', []),
      resources: registry.gauge('sluice_config_resources', 'Resources in service', []),
    };
    this.#names.info.record([hostname(), version], 1);
  }

  /** A revision is in service. */
  applied(step: Batch): void {
    this.#indexes.note(step);
  }

  /** Takes in what a worker counted since its report before. */
  add(worker: number, { samples, requests, connections }: WorkerReport): void {
    this.#registry.merge(worker, samples);
    this.#totals.add(requests);
    for (const route of requests.routes) this.#requests += route.requests;
    this.#accepted += connections.accepted;
    this.#connections.set(worker, connections);
  }

  /** The worker is gone: its connections are no more, what it counted stays. */
  drop(worker: number): void {
    this.#registry.drop(worker);
    this.#connections.delete(worker);
  }

  /** Requests by route since the call before. */
  takeRequests(): MetricDeltaMessage {
    return this.#totals.take(Date.now());
  }

  render(): string {
    this.#recordConnections();
    this.#recordFacts(this.#facts());
    for (const [key, index] of this.#indexes.entries()) this.#names.indexes.record([key], index);
    return this.#registry.render();
  }

  /** A counter that somebody else keeps: what it has grown by since it was looked at. */
  #grow(name: 'restarts' | 'evictions' | 'overflows', total: number): void {
    this.#own[name].record([], total - this.#counted[name]);
    this.#counted[name] = total;
  }

  #recordConnections(): void {
    const { connections, requests } = this.#names;
    let [active, busy] = [0, 0];
    for (const worker of this.#connections.values()) [active, busy] = [active + worker.active, busy + worker.busy];
    // A request here begins when its head is complete: what is still being read counts as waiting.
    const states = { active, reading: 0, writing: busy, waiting: Math.max(0, active - busy) };
    for (const [state, count] of Object.entries(states)) connections.record([state], count);
    for (const state of ['accepted', 'handled']) connections.record([state], this.#accepted);
    requests.record([], this.#requests);
  }

  #recordFacts({ workers, evictions, overflows, appliedRevision, resourceCount, isSourceReachable }: NodeFacts): void {
    for (const state of ['starting', 'serving', 'restarting', 'stopped'])
      this.#own.workers.record([state], workers.filter((worker) => worker.state === state).length);
    this.#grow(
      'restarts',
      workers.reduce((sum, { restarts }) => sum + restarts, 0),
    );
    this.#grow('evictions', evictions);
    this.#grow('overflows', overflows);
    this.#own.revision.record([], appliedRevision);
    this.#own.resources.record([], resourceCount);
    this.#names.source.record([], Number(isSourceReachable));
  }
}

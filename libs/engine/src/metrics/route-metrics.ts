import { bucketOf, latencyBoundsMs } from './latency-buckets.ts';

/** What happened on one route since the delta before; the wire form of the fleet's messages. */
export interface RouteDelta {
  route_id: string;
  requests: number;
  /** 1xx, 2xx, 3xx, 4xx, 5xx. */
  status_classes: number[];
  /** One more than there are bounds, not cumulative. */
  latency_counts: number[];
  latency_sum_ms: number;
  bytes_in: number;
  bytes_out: number;
}

/** What happened between two moments, in milliseconds since the epoch. */
export interface MetricDelta {
  from: number;
  to: number;
  routes: RouteDelta[];
  latency_bounds_ms: number[];
}

/** Routes counted one by one; all others are summed under the empty id. */
const routesMax = 10_000;

/** Where the counts of a route stand in one array, so that a request touches few lines of memory. */
const slot = { requests: 0, latencySumMs: 1, bytesIn: 2, bytesOut: 3, classes: 4, latencies: 9 };
const slots = slot.latencies + latencyBoundsMs.length + 1;

/** The counters of one route. */
export class RouteCounters {
  readonly routeId: string;
  readonly #counts = new Float64Array(slots);

  constructor(routeId: string) {
    this.routeId = routeId;
  }

  record(status: number, latencyMs: number, bytesIn: number, bytesOut: number): void {
    const statusClass = Math.min(Math.max(Math.floor(status / 100), 1), 5) - 1;
    this.#add(slot.requests, 1);
    this.#add(slot.latencySumMs, latencyMs);
    this.#add(slot.bytesIn, bytesIn);
    this.#add(slot.bytesOut, bytesOut);
    this.#add(slot.classes + statusClass, 1);
    this.#add(slot.latencies + bucketOf(latencyBoundsMs, latencyMs), 1);
  }

  /** The counts so far, which begin again at zero; null where nothing happened. */
  take(): RouteDelta | null {
    const counts = this.#counts;
    const at = (index: number): number => counts[index] ?? 0;
    if (at(slot.requests) === 0) return null;
    const delta: RouteDelta = {
      route_id: this.routeId,
      requests: at(slot.requests),
      status_classes: [...counts.subarray(slot.classes, slot.latencies)],
      latency_counts: [...counts.subarray(slot.latencies)],
      latency_sum_ms: at(slot.latencySumMs),
      bytes_in: at(slot.bytesIn),
      bytes_out: at(slot.bytesOut),
    };
    counts.fill(0);
    return delta;
  }

  #add(index: number, value: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + value;
  }
}

/** Requests by route, for the fleet view. */
export class RouteMetrics {
  readonly #routes = new Map<string, RouteCounters>();
  readonly #rest = new RouteCounters('');
  /** Of deleted routes, until their last counts are taken. */
  #departed: RouteCounters[] = [];
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  /** Counts requests that no route took, and those of routes beyond the bound. */
  get rest(): RouteCounters {
    return this.#rest;
  }

  route(id: string): RouteCounters {
    const known = this.#routes.get(id);
    if (known) return known;
    if (this.#routes.size >= routesMax) return this.#rest;
    const counters = new RouteCounters(id);
    this.#routes.set(id, counters);
    return counters;
  }

  forget(id: string): void {
    const counters = this.#routes.get(id);
    if (counters && this.#routes.delete(id)) this.#departed.push(counters);
  }

  take(now: number): MetricDelta {
    const counted = [this.#rest, ...this.#routes.values(), ...this.#departed];
    const routes = counted.map((counters) => counters.take());
    this.#departed = [];
    const delta = { from: this.#since, to: now, latency_bounds_ms: [...latencyBoundsMs] };
    this.#since = now;
    return { ...delta, routes: routes.filter((route) => route !== null) };
  }
}

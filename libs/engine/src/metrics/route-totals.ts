import { latencyBoundsMs } from './latency-buckets.ts';
import type { MetricDelta, RouteDelta } from './route-metrics.ts';

/** Routes summed one by one; all others under the empty id. */
const routesMax = 10_000;

/** Sums the requests by route of several workers, for whoever is told about all of them. */
export class RouteTotals {
  #routes = new Map<string, RouteDelta>();
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  add({ routes }: MetricDelta): void {
    for (const route of routes) this.#addRoute(route);
  }

  /** The sums since the call before. */
  take(now: number): MetricDelta {
    const delta = { from: this.#since, to: now, routes: [...this.#routes.values()] };
    this.#routes = new Map();
    this.#since = now;
    return { ...delta, latency_bounds_ms: [...latencyBoundsMs] };
  }

  #addRoute(route: RouteDelta): void {
    const known = this.#routes.get(route.route_id);
    const isSingle = known !== undefined || this.#routes.size < routesMax;
    const id = isSingle ? route.route_id : '';
    const sum = known ?? this.#routes.get(id);
    this.#routes.set(id, sum ? sumOf(sum, route) : { ...route, route_id: id });
  }
}

function sumOf(a: RouteDelta, b: RouteDelta): RouteDelta {
  return {
    route_id: a.route_id,
    requests: a.requests + b.requests,
    status_classes: a.status_classes.map((count, i) => count + (b.status_classes[i] ?? 0)),
    latency_counts: a.latency_counts.map((count, i) => count + (b.latency_counts[i] ?? 0)),
    latency_sum_ms: a.latency_sum_ms + b.latency_sum_ms,
    bytes_in: a.bytes_in + b.bytes_in,
    bytes_out: a.bytes_out + b.bytes_out,
  };
}

import type { MetricDeltaMessage } from '@sluice/sync/grpc';

/** Requests by latency: between two bounds in milliseconds (the last has no upper one), this many. */
export type LatencyBucket = readonly [lower: number, upper: number | null, count: number];

/** What one data plane did in one span of time, as it is stored and added up. */
export interface Load {
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly latency: readonly LatencyBucket[];
}

/** The same as people read it. Latencies are 0 where there were no requests. */
export interface Rates {
  readonly requests_per_second: number;
  readonly errors_per_second: number;
  readonly latency_p50_ms: number;
  readonly latency_p99_ms: number;
}

const BUCKETS_MAX = 64;
const SERVER_ERRORS = 4;

/** Sums the routes of a metric delta; undefined where it spans no time. */
export function loadOf({ from, to, routes, latency_bounds_ms: bounds }: MetricDeltaMessage): Load | undefined {
  if (to <= from) return undefined;
  const buckets = bounds.slice(0, BUCKETS_MAX).concat(Infinity);
  const latency = buckets.map((upper, i): LatencyBucket => {
    return [
      buckets[i - 1] ?? 0,
      Number.isFinite(upper) ? upper : null,
      sum(routes, (route) => route.latency_counts[i]),
    ];
  });
  return {
    seconds: (to - from) / 1_000,
    requests: sum(routes, (route) => route.requests),
    errors: sum(routes, (route) => route.status_classes[SERVER_ERRORS]),
    bytes_in: sum(routes, (route) => route.bytes_in),
    bytes_out: sum(routes, (route) => route.bytes_out),
    latency: latency.filter(([, , count]) => count > 0),
  };
}

/** The rates of a group of data planes together: throughputs add up, latencies are taken over all requests. */
export function ratesOf(loads: readonly Load[]): Rates {
  const latency = mergeBuckets(loads.flatMap((load) => load.latency));
  return {
    requests_per_second: rounded(sum(loads, ({ requests, seconds }) => requests / seconds)),
    errors_per_second: rounded(sum(loads, ({ errors, seconds }) => errors / seconds)),
    latency_p50_ms: rounded(quantile(latency, 0.5)),
    latency_p99_ms: rounded(quantile(latency, 0.99)),
  };
}

function mergeBuckets(buckets: readonly LatencyBucket[]): LatencyBucket[] {
  const merged = new Map<string, LatencyBucket>();
  for (const [lower, upper, count] of buckets) {
    const key = `${lower}-${upper}`;
    merged.set(key, [lower, upper, count + (merged.get(key)?.[2] ?? 0)]);
  }
  return [...merged.values()].sort(([, a], [, b]) => (a ?? Infinity) - (b ?? Infinity));
}

/** Within a bucket requests are taken as evenly spread; of the last one only its lower bound is known. */
function quantile(buckets: readonly LatencyBucket[], share: number): number {
  let wanted = share * sum(buckets, ([, , count]) => count);
  for (const [lower, upper, count] of buckets) {
    if (wanted <= count) return upper === null ? lower : lower + ((upper - lower) * wanted) / (count || 1);
    wanted -= count;
  }
  return 0;
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number | undefined): number {
  return items.reduce((total, item) => total + (valueOf(item) ?? 0), 0);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

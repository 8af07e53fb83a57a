import type { LatencyBucket, Load } from '../instances/load.ts';

/** Upper bounds of the latency buckets that are kept, in milliseconds; one more bucket has none. */
const latencyBoundsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

/** What a group did in one step of time. Fractions come from loads that reach over the edge of a step. */
export interface TrafficSum {
  requests: number;
  errors: number;
  bytes_in: number;
  bytes_out: number;
  /** Requests by latency bucket. */
  latency: number[];
}

/** A sum of nothing. */
export function emptySum(): TrafficSum {
  return { requests: 0, errors: 0, bytes_in: 0, bytes_out: 0, latency: latencyBoundsMs.concat(Infinity).map(() => 0) };
}

/** Adds a share (0 to 1) of a load. */
export function addLoad(sum: TrafficSum, load: Load, share: number): void {
  sum.requests += load.requests * share;
  sum.errors += load.errors * share;
  sum.bytes_in += load.bytes_in * share;
  sum.bytes_out += load.bytes_out * share;
  for (const [, upper, count] of load.latency) {
    const i = bucketOf(upper);
    sum.latency[i] = (sum.latency[i] ?? 0) + count * share;
  }
}

/** Adds another sum. */
export function addSum(sum: TrafficSum, other: TrafficSum): void {
  sum.requests += other.requests;
  sum.errors += other.errors;
  sum.bytes_in += other.bytes_in;
  sum.bytes_out += other.bytes_out;
  for (const [i, count] of other.latency.entries()) sum.latency[i] = (sum.latency[i] ?? 0) + count;
}

/** A sum over so many seconds, as a load again. */
export function asLoad({ latency, ...totals }: TrafficSum, seconds: number): Load {
  const buckets = latency.map((count, i): LatencyBucket => [
    latencyBoundsMs[i - 1] ?? 0,
    latencyBoundsMs[i] ?? null,
    count,
  ]);
  return { seconds, ...totals, latency: buckets.filter(([, , count]) => count > 0) };
}

/** Data planes of another version may have other bounds: their requests count as slow as their bucket allows. */
function bucketOf(upper: number | null): number {
  const i = upper === null ? -1 : latencyBoundsMs.findIndex((bound) => upper <= bound);
  return i === -1 ? latencyBoundsMs.length : i;
}

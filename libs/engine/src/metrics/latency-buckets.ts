/** Upper bounds of the latency buckets in milliseconds; one more bucket has none. */
export const latencyBoundsMs: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000,
];

/** The first bucket whose bound is not exceeded. */
export function bucketOf(bounds: readonly number[], value: number): number {
  let i = 0;
  while (i < bounds.length && value > (bounds[i] ?? 0)) i += 1;
  return i;
}

/** Prints percentiles of durations in milliseconds. */
export function reportTimes(what: string, values: readonly number[]): void {
  const shown = [0.5, 0.9, 0.99].map((share) => `p${share * 100} ${ms(percentile(values, share))}`);
  console.log(`${what}, ${values.length} times: ${shown.join(', ')}, max ${ms(Math.max(...values))}`);
}

/** The value that this share of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Milliseconds as they are printed. */
export function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

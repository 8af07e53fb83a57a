const precise = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const coarse = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A rate with as many digits as matter. */
export function rate(value: number): string {
  return (value < 100 ? precise : coarse).format(value);
}

/** A latency; below a millisecond the decimal is the news. */
export function milliseconds(value: number): string {
  return `${rate(value)} ms`;
}

/** Seconds with three digits, as logs have them. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

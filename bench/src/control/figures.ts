import { median, percentile } from '../measure/statistics.ts';

/** One line of the result, in milliseconds. */
export interface Figure {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** What the middle value shall not exceed. */
  readonly goal: number;
}

/** Sums up measured times. */
export function figure(name: string, times: readonly number[], goal: number): Figure {
  return { name, p50: median(times), p99: percentile(times, 0.99), max: Math.max(...times), goal };
}

/** The figures as a table, and whether each reaches its goal. */
export function shownFigures(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const head = `${'ms'.padEnd(width)} ${['p50', 'p99', 'max', 'goal'].map((word) => word.padStart(9)).join('')}`;
  const lines = figures.map(({ name, p50, p99, max, goal }) => {
    const cells = [p50, p99, max, goal].map((value) => value.toFixed(value < 100 ? 1 : 0).padStart(9)).join('');
    return `${name.padEnd(width)} ${cells}  ${p50 <= goal ? 'yes' : 'NO'}`;
  });
  return [`${head}  reached`, ...lines].join('\n');
}

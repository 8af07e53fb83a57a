/** A span of time that the traffic can be looked at over. */
export interface TrafficRange {
  readonly name: string;
  /** For a sentence: `the last hour`. */
  readonly text: string;
  readonly spanS: number;
  /** Drawn from what comes in, instead of being read. */
  readonly isLive?: true;
}

const DAY_S = 24 * 3_600;

/** The live one first. */
export const defaultRange: TrafficRange = { name: '10 min', text: 'the last ten minutes', spanS: 600, isLive: true };

/** What can be chosen. */
export const ranges: readonly TrafficRange[] = [
  defaultRange,
  { name: '1 h', text: 'the last hour', spanS: 3_600 },
  { name: '1 d', text: 'the last day', spanS: DAY_S },
  { name: '30 d', text: 'the last 30 days', spanS: 30 * DAY_S },
  { name: '1 y', text: 'the last year', spanS: 365 * DAY_S },
];

/** The range of this name. */
export function rangeNamed(name: string): TrafficRange {
  return ranges.find((range) => range.name === name) ?? defaultRange;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time that traffic is added up over, and for how long the sums are kept; all in seconds. */
export interface RollupStep {
  readonly seconds: number;
  readonly keptFor: number;
}

/** The steps, finest first; each divides the next. */
export const rollupSteps: readonly RollupStep[] = [
  { seconds: 10, keptFor: DAY },
  { seconds: MINUTE, keptFor: 31 * DAY },
  { seconds: HOUR, keptFor: 366 * DAY },
];

/** How long after its end a step may still grow: until the data planes have reported, and the sums are written. */
export const SETTLING_SECONDS = 20;

const POINTS_WANTED = 300;
const pleasantSteps = [10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY];

/** What a series is read from, and how its points lie. */
export interface SeriesPlan {
  /** Step of the sums that are read. */
  readonly source: number;
  /** Distance between the points; a multiple of the source. */
  readonly step: number;
}

/**
 * Plans a series that goes back `age` seconds and spans `span` seconds. A wanted step grows where sums as fine as it asks
 * for are not kept for so long; without one, a few hundred points come out.
 */
export function planSeries(age: number, span: number, wanted: number | undefined): SeriesPlan {
  const kept = rollupSteps.filter(({ keptFor }) => age <= keptFor);
  const finest = (kept[0] ?? rollupSteps.at(-1))?.seconds ?? HOUR;
  const asked = wanted ?? pleasantSteps.find((seconds) => span / seconds <= POINTS_WANTED) ?? DAY;
  const step = Math.ceil(asked / finest) * finest;
  const sources = rollupSteps.filter(({ seconds }) => seconds >= finest && step % seconds === 0);
  return { source: sources.at(-1)?.seconds ?? finest, step };
}

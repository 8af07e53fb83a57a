import { expect, test } from 'vitest';
import { planSeries } from './traffic-steps.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

test.each([
  ['an hour is shown in ten-second sums', HOUR, HOUR, undefined, { source: 10, step: 30 }],
  ['ten minutes are shown as fine as it gets', 600, 600, undefined, { source: 10, step: 10 }],
  ['a day is shown in minutes', DAY, DAY, undefined, { source: 60, step: 300 }],
  ['a month is shown in hours', 30 * DAY, 30 * DAY, undefined, { source: 3600, step: 6 * HOUR }],
  ['a year is shown in days', 365 * DAY, 365 * DAY, undefined, { source: 3600, step: DAY }],
  ['ten seconds of last week are gone: a minute is the finest', 7 * DAY, HOUR, 10, { source: 60, step: 60 }],
  [
    'a step between two sums is rounded up where only the coarser are left',
    7 * DAY,
    HOUR,
    90,
    { source: 60, step: 120 },
  ],
  ['what is older than everything is asked of the coarsest', 5_000 * DAY, HOUR, 10, { source: 3600, step: 3600 }],
])('%s', (_, age, span, wanted, plan) => {
  expect(planSeries(age, span, wanted)).toEqual(plan);
});

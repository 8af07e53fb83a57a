import { expect, test } from 'vitest';
import { isDay, momentsOf } from './days.ts';

test.each(['2026-02-31', '2026-2-1', 'today', '', 20261121])('%j is no day', (text) => {
  expect(isDay(text)).toBe(false);
});

test('the last day is meant whole, also at the end of a year', () => {
  expect(momentsOf({ from: '2026-12-31', to: '2026-12-31' })).toEqual({
    from: '2026-12-31T00:00:00.000Z',
    to: '2027-01-01T00:00:00.000Z',
  });
});

test('without days there is no limit', () => {
  expect(momentsOf({})).toEqual({});
});

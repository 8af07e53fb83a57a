import { expect, test } from 'vitest';
import { parseHttpDate } from './http-date.ts';

const now = Date.UTC(2026, 0, 1);
const read = (text: string) => parseHttpDate(text, now);

test.each([
  '0',
  '',
  'Sun, 06 Nov 1994 08:49:37 UTC',
  'Sun, 06 Nov 1994 08:49:37 +0100',
  'Sun, 31 Feb 1994 08:49:37 GMT',
  'Sun, 06 Nov 94 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun 06 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 8:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
])('what is no date is none: %s', (text) => {
  expect(read(text)).toBeUndefined();
});

test('the three forms say the same time', () => {
  const time = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(read('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(time);
  expect(read('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(time);
  expect(read('Sun Nov  6 08:49:37 1994')).toBe(time);
});

test('a year of two digits is never more than fifty years ahead', () => {
  expect(read('Sunday, 06-Nov-76 00:00:00 GMT')).toBe(Date.UTC(2076, 10, 6));
  expect(read('Sunday, 06-Nov-77 00:00:00 GMT')).toBe(Date.UTC(1977, 10, 6));
});

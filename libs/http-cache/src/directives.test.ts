import { expect, test } from 'vitest';
import { parseDirectives, secondsMax } from './directives.ts';

const secondsOf = (...lines: string[]) => parseDirectives(lines).seconds('max-age');

test.each([
  ['max-age=-1', 0],
  ['max-age=1.5', 0],
  ['max-age=', 0],
  ['max-age', 0],
  ['max-age=a1', 0],
  ["max-age='60'", 0],
  ['max-age=99999999999', secondsMax],
])('a number that is none, or too large, is none, or the largest: %s', (line, seconds) => {
  expect(secondsOf(line)).toBe(seconds);
});

test.each(['max-age =60', 'x="max-age=60"', 'x="a, max-age=60"', 'max-age=60 x', 'x=max-age=60', '"max-age=60"'])(
  'what only looks like a directive is none: %s',
  (line) => {
    expect(secondsOf(line)).not.toBe(60);
  },
);

test('names are read in any case, values with or without quotes, lists over several lines', () => {
  expect([secondsOf('Max-AGE=60'), secondsOf('max-age="60"'), secondsOf('max-age=0060')]).toEqual([60, 60, 60]);
  expect(secondsOf(' , x="a\\"b" ,,y', 'max-age=60')).toBe(60);
});

test('of a directive that is repeated the least counts', () => {
  expect([secondsOf('max-age=60, max-age=1'), secondsOf('max-age=1', 'max-age=60')]).toEqual([1, 1]);
});

test('a directive that names fields is limited to them, unless it stands without any, too', () => {
  const fieldsOf = (line: string) => parseDirectives([line]).fields('private');
  expect(fieldsOf('private="A, b", private=c')).toEqual(['a', 'b', 'c']);
  expect([fieldsOf('private="a", private'), fieldsOf('private=""'), fieldsOf('public')]).toEqual([
    'all',
    'all',
    undefined,
  ]);
});

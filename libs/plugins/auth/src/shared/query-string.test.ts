import { expect, test } from 'vitest';
import { withoutArgument } from './query-string.ts';

test.each([
  ['', ''],
  ['a=1', 'a=1'],
  ['key=1', ''],
  ['key', ''],
  ['a=1&key=2&b=3', 'a=1&b=3'],
  ['key=1&a=1&key=2', 'a=1'],
  ['k%65y=1&a=1', 'a=1'],
  ['keys=1&akey=2&KEY=3', 'keys=1&akey=2&KEY=3'],
  ['a=%zz+%20&key=1', 'a=%zz+%20'],
  ['%zz=1&key=1', '%zz=1'],
])('"%s" without the argument is "%s": all others keep their bytes', (query, left) => {
  expect(withoutArgument(query, 'key')).toBe(left);
});

test('an argument of a name with a space is found in both spellings', () => {
  expect(withoutArgument('api+key=1&api%20key=2&apikey=3', 'api key')).toBe('apikey=3');
});

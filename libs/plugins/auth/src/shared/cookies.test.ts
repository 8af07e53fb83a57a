import { expect, test } from 'vitest';
import { withoutCookie } from './cookies.ts';

test.each([
  ['jwt=1', undefined],
  ['jwt=1; jwt=2', undefined],
  ['a=1; jwt=2; b=3', 'a=1; b=3'],
  ['jwt=a=b; c="x;y"', 'c="x;y"'],
  ['jwts=1; ajwt=2; JWT=3', 'jwts=1; ajwt=2; JWT=3'],
])('"%s" without the cookie is "%s": all others keep their bytes', (header, left) => {
  expect(withoutCookie(header, 'jwt')).toBe(left);
});

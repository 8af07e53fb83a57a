import { describe, expect, test } from 'vitest';
import { checkPattern, compilePattern } from './pattern.ts';

describe('a pattern that a client could stall is refused', () => {
  test.each([
    ['(a{1,50}){1,50}', 'cannot be run in linear time'],
    ['(?:ab){1,100}', 'cannot be run in linear time'],
    ['(?=a)b', 'lookarounds are not supported'],
    ['(a)\\1', 'backreferences are not supported'],
    ['\\p{L}+', 'Unicode classes are not supported'],
    ['(', 'is not a valid regular expression'],
  ])('%s', (source, reason) => {
    expect(checkPattern(source)).toContain(reason);
  });
});

describe('what is written in another form matches what it matched', () => {
  test.each([
    ['^[a-z0-9-]{1,63}$', '', 'a'.repeat(63), 'a'.repeat(64)],
    ['^x{20}$', '', 'x'.repeat(20), 'x'.repeat(19)],
    ['^\\d{17,}$', '', '1'.repeat(40), '1'.repeat(16)],
    ['^a{0,40}b$', '', 'b', `${'a'.repeat(41)}b`],
    ['^/User/[a-f]+\\d$', 'i', '/uSER/ABf7', '/user/xyz7'],
    ['(?i)^[^a]bc$', '', 'xBC', 'ABC'],
    ['^(?<name>ab)c$', 'i', 'ABC', 'acb'],
    ['^\\x41\\[z\\]$', 'i', 'A[Z]', 'B[z]'],
    ['^[\\w.-]{1,20}@x$', '', 'a.b-c@x', '@x'],
  ])('%s %s', (source, flags, yes, no) => {
    const pattern = compilePattern(source, flags);

    expect(pattern.test(yes)).toBe(true);
    expect(pattern.test(no)).toBe(false);
  });
});

test('captures stay where they were', () => {
  expect(compilePattern('^/([a-z]{1,30})/(\\d{2,40})$').exec('/ab/123')?.slice(1)).toEqual(['ab', '123']);
});

test.each([
  ['^(a+)+$', 'i'],
  ['^([a-z0-9]{1,63}\\.?)*$', ''],
])('%s %s on a text made against it ends', (source, flags) => {
  expect(compilePattern(source, flags).test(`${'a'.repeat(5_000)}!`)).toBe(false);
});

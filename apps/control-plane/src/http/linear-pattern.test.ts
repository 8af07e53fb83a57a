import { expect, test } from 'vitest';
import { linearPattern } from './linear-pattern.ts';

test.each(['(', '(?=a)', '(a)\\1'])('%s is refused', (source) => {
  expect(linearPattern(source)).toBeUndefined();
});

test('a pattern that would take forever elsewhere answers at once', () => {
  const started = performance.now();

  expect(linearPattern('^(a+)+$')?.test(`${'a'.repeat(5000)}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('it finds anywhere in a text, as its clients expect', () => {
  expect(linearPattern('b[0-9]')?.test('a b7 c')).toBe(true);
});

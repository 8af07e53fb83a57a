import { expect, test } from 'vitest';
import { certainText } from './pattern-text.ts';

test.each([
  ['orders', 'orders'],
  ['^/api/orders$', '/api/orders'],
  ['^/api/.*/orders', '/orders'],
  ['colou?r-picker', 'r-picker'],
  ['ab+c', 'ab'],
  ['abc{0,2}de', 'ab'],
  ['a.b.cd', 'cd'],
  ['größe-klein', 'e-klein'],
])('whatever %s matches contains %s', (pattern, text) => {
  expect(certainText(pattern)).toBe(text);
});

test.each(['', '.*', '^$', 'a|b', '(abc)?', '[abc]def', '\\d+', 'a*'])('of %s nothing is certain', (pattern) => {
  expect(certainText(pattern)).toBeUndefined();
});

test('a text that a pattern matches is never without its certain text', () => {
  const patterns = ['a?bc', 'ab*c', 'x{0}yz', 'ab+', 'a.c', '^ab', 'a-b/c?', 'ab?.?c+d'];
  const letters = ['a', 'b', 'c', 'd', 'x', 'y', 'z', '-', '/'];
  const texts = letters.flatMap((a) =>
    letters.flatMap((b) => letters.flatMap((c) => letters.map((d) => a + b + c + d))),
  );
  for (const pattern of patterns) {
    const certain = certainText(pattern) ?? '';
    const matching = texts.filter((text) => new RegExp(pattern).test(text));
    expect(matching.length).toBeGreaterThan(0);
    expect(matching.filter((text) => !text.includes(certain))).toEqual([]);
  }
});

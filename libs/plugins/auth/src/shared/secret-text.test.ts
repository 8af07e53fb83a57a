import { expect, test } from 'vitest';
import { isSameSecret, usableSecret } from './secret-text.ts';

test.each([
  ['', 'a'],
  ['a', ''],
  ['secret', 'secret '],
  ['secret', 'Secret'],
  ['secrets', 'secret'],
])('"%s" is not "%s"', (given, expected) => {
  expect(isSameSecret(given, expected)).toBe(false);
});

test('a secret is the same as itself, whatever its length', () => {
  expect(isSameSecret('é'.repeat(10_000), 'é'.repeat(10_000))).toBe(true);
});

test.each(['$secret://vault/1/ann/password', '$env://PASSWORD', '$ENV://PASSWORD'])('%s is no secret', (text) => {
  expect(usableSecret(text)).toBeUndefined();
});

test('any other text is one', () => {
  expect(usableSecret('$secret')).toBe('$secret');
});

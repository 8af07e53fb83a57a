import { redacted } from '@sluice/schema';
import { expect, test } from 'vitest';
import { hasKept, isWithin, withField, withItem, withSwapped } from './json.ts';

test('setting a field keeps every other field and its place', () => {
  const value = { unknown: { to: ['us'] }, a: 1, z: 2 };

  expect(Object.entries(withField(value, 'a', 3))).toEqual([
    ['unknown', { to: ['us'] }],
    ['a', 3],
    ['z', 2],
  ]);
  expect(value.a).toBe(1);
});

test('taking a field out leaves the others', () => {
  expect(withField({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 });
  expect(withField(undefined, 'a', undefined)).toEqual({});
});

test('an item is replaced or taken out by its place', () => {
  expect(withItem([1, 2, 3], 1, 9)).toEqual([1, 9, 3]);
  expect(withItem([1, 2, 3], 1, undefined)).toEqual([1, 3]);
});

test('a pointer is within another by whole keys only', () => {
  expect(isWithin('/plugins/a/b', '/plugins/a')).toBe(true);
  expect(isWithin('/plugins/ab', '/plugins/a')).toBe(false);
});

test('two items change places and the rest stays', () => {
  expect(withSwapped([1, 2, 3], 0, 2)).toEqual([3, 2, 1]);
});

test('a secret that is kept is found however deep it stands', () => {
  expect(hasKept({ a: [{ password: redacted }] })).toBe(true);
  expect(hasKept({ a: [{ password: 'new' }], b: null })).toBe(false);
});

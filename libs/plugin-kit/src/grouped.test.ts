import { expect, test } from 'vitest';
import { grouped } from './grouped.ts';

test('a name that every object has is a name like any other', () => {
  const found = grouped([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  expect(Object.entries(found)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('one value is a text, several are a list in their order', () => {
  const entries = [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
    ['a', '4'],
  ] as const;
  expect(grouped(entries)).toEqual({ a: ['1', '3', '4'], b: '2' });
});

test('names are told apart by their spelling, or as they are asked to be', () => {
  const entries = [
    ['A', '1'],
    ['a', '2'],
  ] as const;
  expect(grouped(entries)).toEqual({ A: '1', a: '2' });
  expect(grouped(entries, (name) => name.toLowerCase())).toEqual({ a: ['1', '2'] });
});

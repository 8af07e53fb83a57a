import { expect, test } from 'vitest';
import { argumentsOf } from './query-arguments.ts';

test.each([
  ['', {}],
  ['=1&&', {}],
  ['a=%zz&b=%ff&c=%', { a: '%zz', b: '%ff', c: '%' }],
  ['a', { a: true }],
  ['a=', { a: '' }],
  ['a=1&b=2', { a: '1', b: '2' }],
  ['a=1&b&a&a=3', { a: ['1', true, '3'], b: true }],
  ['a+b=c%20d%3D', { 'a b': 'c d=' }],
])('the arguments of %j are %j', (query, found) => {
  expect(argumentsOf(query)).toEqual(found);
});

test('a name that objects know is a name like any other', () => {
  const found = argumentsOf('__proto__=1&constructor=2&__proto__=3');
  expect(Object.entries(found)).toEqual([
    ['__proto__', ['1', '3']],
    ['constructor', '2'],
  ]);
});

test('only so many are read, whatever a client sends', () => {
  const query = Array.from({ length: 10_000 }, (_none, at) => `a${at}=1`).join('&');
  expect(Object.keys(argumentsOf(query))).toHaveLength(100);
});

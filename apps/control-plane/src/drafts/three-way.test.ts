import { expect, test } from 'vitest';
import { mergeThree } from './three-way.ts';

test('changes of different fields are merged without a clash', () => {
  const base = { uri: '/a', desc: 'x', upstream: { nodes: { a: 1 }, type: 'roundrobin' } };
  const theirs = { ...base, desc: 'theirs' };
  const mine = { ...base, upstream: { nodes: { a: 1, b: 1 }, type: 'roundrobin' } };

  expect(mergeThree(base, theirs, mine)).toEqual({
    value: { uri: '/a', desc: 'theirs', upstream: { nodes: { a: 1, b: 1 }, type: 'roundrobin' } },
    clashes: [],
  });
});

test('a field that both changed clashes, and the side that is chosen stands', () => {
  const [base, theirs, mine] = [{ uri: '/a' }, { uri: '/theirs' }, { uri: '/mine' }];

  expect(mergeThree(base, theirs, mine)).toMatchObject({ value: { uri: '/mine' }, clashes: [{ path: '/uri' }] });
  expect(mergeThree(base, theirs, mine, () => 'theirs').value).toEqual({ uri: '/theirs' });
});

test('a field that one removed and the other changed clashes', () => {
  const { clashes } = mergeThree({ a: 1 }, {}, { a: 2 });
  expect(clashes).toEqual([{ path: '/a', base: 1, theirs: undefined, mine: 2 }]);
});

test('a field that both removed or both changed alike is no clash', () => {
  expect(mergeThree({ a: 1, b: 1 }, { b: 2 }, { b: 2 })).toEqual({ value: { b: 2 }, clashes: [] });
});

test('lists are taken whole', () => {
  expect(mergeThree({ l: [1] }, { l: [1, 2] }, { l: [1] })).toEqual({ value: { l: [1, 2] }, clashes: [] });
  expect(mergeThree({ l: [1] }, { l: [1, 2] }, { l: [1, 3] }).clashes).toHaveLength(1);
});

test('what both created is merged field by field', () => {
  expect(mergeThree(undefined, { a: 1, t: 1 }, { a: 1, m: 1 })).toEqual({ value: { a: 1, t: 1, m: 1 }, clashes: [] });
});

test('a field named __proto__ is merged like any other', () => {
  const base = JSON.parse('{"__proto__":{"a":1}}') as unknown;
  const theirs = JSON.parse('{"__proto__":{"a":1,"b":2}}') as unknown;
  const mine = JSON.parse('{"__proto__":{"a":3}}') as unknown;

  expect(JSON.stringify(mergeThree(base, theirs, mine).value)).toBe('{"__proto__":{"a":3,"b":2}}');
});

test('removing is a change like any other', () => {
  expect(mergeThree({ a: 1, b: 1 }, { a: 1 }, { b: 1, c: 1 })).toEqual({ value: { c: 1 }, clashes: [] });
});

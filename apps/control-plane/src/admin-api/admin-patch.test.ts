import { describe, expect, test } from 'vitest';
import { mergePatch, replaceSubPath } from './admin-patch.ts';

describe('merging a patch', () => {
  test('a key named like the prototype stays an ordinary key', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"a":1}}'));

    expect(Object.keys(merged as object)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('a');
  });

  test('null deletes, also what is not there', () => {
    expect(mergePatch({ a: 1, b: { c: 1, d: 2 } }, { a: null, b: { c: null }, x: null })).toEqual({ b: { d: 2 } });
  });

  test('arrays and scalars replace whatever was there', () => {
    expect(mergePatch({ a: [1, 2], b: { c: 1 } }, { a: [3], b: 'text' })).toEqual({ a: [3], b: 'text' });
  });

  test('an object replaces what is no object', () => {
    expect(mergePatch({ a: [1] }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
  });

  test('the value that it is given stays as it was', () => {
    const value = { a: { b: 1 } };
    mergePatch(value, { a: { b: 2 } });

    expect(value).toEqual({ a: { b: 1 } });
  });
});

describe('replacing a sub-path', () => {
  test('a way through what is no object is refused', () => {
    expect(() => replaceSubPath({ a: 'text' }, ['a', 'b'], 1)).toThrow('invalid sub-path: /a/b');
  });

  test('missing objects on the way are made', () => {
    expect(replaceSubPath({}, ['a', 'b', 'c'], [1])).toEqual({ a: { b: { c: [1] } } });
  });

  test('what was there is replaced, not merged', () => {
    expect(replaceSubPath({ a: { b: 1, c: 2 } }, ['a'], { d: 3 })).toEqual({ a: { d: 3 } });
  });
});

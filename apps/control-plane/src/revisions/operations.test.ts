import { expect, test } from 'vitest';
import { operationsBetween, OPERATIONS_MAX } from './operations.ts';

const plain = (value: unknown) => ({ open: value, shown: value });
const between = (before: unknown, after: unknown) => operationsBetween(plain(before), plain(after));

test('a secret that changed is told of, and neither value is', () => {
  const before = { open: { key: 'old', list: ['a'] }, shown: { key: '__redacted__', list: ['a'] } };
  const after = { open: { key: 'new', list: ['a'] }, shown: { key: '__redacted__', list: ['a'] } };

  expect(operationsBetween(before, after)).toEqual([{ op: 'changed', path: '/key', secret: true }]);
  expect(operationsBetween(before, before)).toEqual([]);
});

test('what came or went around a secret is shown masked', () => {
  const before = { open: {}, shown: {} };
  const after = { open: { plugins: { auth: { key: 'new' } } }, shown: { plugins: { auth: { key: '__redacted__' } } } };

  expect(operationsBetween(before, after)).toEqual([
    { op: 'added', path: '/plugins', after: { auth: { key: '__redacted__' } } },
  ]);
  expect(operationsBetween(after, before)).toMatchObject([{ op: 'removed', path: '/plugins' }]);
});

test('times of creation and change are no differences', () => {
  expect(between({ update_time: 1, create_time: 1, uri: '/a' }, { update_time: 2, create_time: 2, uri: '/a' })).toEqual(
    [],
  );
});

test('something in front of a list is one addition, not a change of all that follows', () => {
  expect(between({ uris: ['/b', '/c'] }, { uris: ['/a', '/b', '/c'] })).toEqual([
    { op: 'added', path: '/uris/0', after: '/a' },
  ]);
  expect(between({ uris: ['/a', '/b', '/c'] }, { uris: ['/b', '/c'] })).toEqual([
    { op: 'removed', path: '/uris/0', before: '/a' },
  ]);
});

test('an item of a list that is the same thing is compared field by field, wherever it went', () => {
  const node = (host: string, weight: number) => ({ host, port: 80, weight });
  expect(
    between({ nodes: [node('a', 1), node('b', 1)] }, { nodes: [node('new', 1), node('a', 1), node('b', 5)] }),
  ).toEqual([
    { op: 'added', path: '/nodes/0', after: node('new', 1) },
    { op: 'changed', path: '/nodes/2/weight', before: 1, after: 5 },
  ]);
});

test.each([
  [{ a: 1 }, { a: [1] }],
  [{ a: {} }, { a: [] }],
  [{ a: null }, { a: {} }],
])('a value of another type is a change of the whole: %j to %j', (before, after) => {
  expect(between(before, after)).toEqual([{ op: 'changed', path: '/a', before: before.a, after: after.a }]);
});

test('keys that need it are escaped in paths', () => {
  expect(between({}, { 'a/b': { '~': 1 } })).toEqual([{ op: 'added', path: '/a~1b', after: { '~': 1 } }]);
});

test('differences without end are cut off', () => {
  const value = Object.fromEntries(Array.from({ length: OPERATIONS_MAX + 50 }, (_, i) => [`k${i}`, i]));
  expect(between({}, value)).toHaveLength(OPERATIONS_MAX);
});

import { expect, test } from 'vitest';
import { nodesFrom, rowsOf } from './nodes.ts';

test('a value that is neither a map nor a list of nodes is left to the JSON editor', () => {
  expect(rowsOf('127.0.0.1')).toBeUndefined();
  expect(rowsOf({ '127.0.0.1:80': 'much' })).toBeUndefined();
  expect(rowsOf([7])).toBeUndefined();
});

test('both spellings come back as they were', () => {
  for (const nodes of [
    { '127.0.0.1:80': 1, 'example.com': 0, '[::1]:8080': 3 },
    [
      { host: 'a', port: 80, weight: 1, priority: -1, metadata: { zone: 'b' } },
      { host: 'c', weight: 2 },
    ],
  ]) {
    expect(nodesFrom(rowsOf(nodes) ?? [], Array.isArray(nodes) ? 'list' : 'map')).toEqual(nodes);
  }
});

test('rows that a map cannot hold become a list, so that none is lost', () => {
  const twice = rowsOf([
    { host: 'a', port: 80, weight: 1 },
    { host: 'a', port: 80, weight: 2 },
  ]);

  expect(nodesFrom(twice ?? [], 'map')).toHaveLength(2);
});

test('no rows are no nodes', () => {
  expect(nodesFrom([], 'list')).toBeUndefined();
});

import { expect, test } from 'vitest';
import { transactionParts } from './transaction-parts.ts';

const change = (i: number, value: string | null = '{}') => ({ key: `/apisix/routes/${i}`, value });
const many = (count: number, value?: string) => Array.from({ length: count }, (_, i) => change(i, value));

test('no part leaves less than two operations for our own keys', () => {
  expect(transactionParts(many(126)).map((part) => part.length)).toEqual([126]);
  expect(transactionParts(many(127)).map((part) => part.length)).toEqual([126, 1]);
  expect(transactionParts(many(1_000)).map((part) => part.length)).toEqual([126, 126, 126, 126, 126, 126, 126, 118]);
});

test('no part is larger than etcd takes', () => {
  const parts = transactionParts(many(20, 'x'.repeat(300_000)));

  expect(parts.map((part) => part.length)).toEqual([5, 5, 5, 5]);
});

test('a value that is too large by itself is a part of its own', () => {
  const parts = transactionParts([change(1), change(2, 'x'.repeat(2_000_000)), change(3)]);

  expect(parts.map((part) => part.length)).toEqual([1, 1, 1]);
});

test('a key that is changed twice is written once, as it was last', () => {
  const [part] = transactionParts([change(1, 'a'), change(2, 'b'), change(1, null)]);

  expect(part).toEqual([
    { request_delete_range: { key: Buffer.from('/apisix/routes/1') } },
    { request_put: { key: Buffer.from('/apisix/routes/2'), value: Buffer.from('b') } },
  ]);
});

test('no change at all is one empty part, so that head can still move', () => {
  expect(transactionParts([])).toEqual([[]]);
});

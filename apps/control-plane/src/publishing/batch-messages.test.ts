import type { ChangeMessage } from '@sluice/sync/grpc';
import { expect, test } from 'vitest';
import { encodeStep, splitBySize } from './batch-messages.ts';

const KIB = 1024;
const change = (id: string, bytes: number): ChangeMessage => {
  return { kind: 'route', id, body: new Uint8Array(bytes), deleted: false, created_revision: 1, modified_revision: 1 };
};
const commit = { revision: 2, digest: new Uint8Array(32), count: 1 };

test('no part is larger than a message may be, unless one change alone is', () => {
  const parts = splitBySize([change('a', 300 * KIB), change('b', 300 * KIB), change('c', 900 * KIB), change('d', 1)]);
  expect(parts.map((part) => part.map(({ id }) => id))).toEqual([['a'], ['b'], ['c'], ['d']]);
});

test('changes keep their order and none is lost', () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => `r${i}`);
  const parts = splitBySize(ids.map((id) => change(id, KIB)));
  expect(parts.flat().map(({ id }) => id)).toEqual(ids);
  expect(parts.length).toBeGreaterThan(1);
});

test('a small step is one message, also without changes; a large one is opened, filled and committed', () => {
  expect(encodeStep(1, [], commit).messages).toHaveLength(1);
  expect(encodeStep(1, [change('a', KIB)], commit).messages).toHaveLength(1);
  const large = encodeStep(1, [change('a', 400 * KIB), change('b', 400 * KIB)], commit);
  expect(large.messages).toHaveLength(4);
  expect(large.bytes).toBeGreaterThan(800 * KIB);
});

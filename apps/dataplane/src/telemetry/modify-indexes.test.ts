import type { Batch } from '@sluice/sync';
import { expect, test } from 'vitest';
import { ModifyIndexes } from './modify-indexes.ts';

type Change = readonly [kind: string, modifiedRevision: number, isGone?: boolean];

const batch = (type: Batch['type'], revision: number, ...changes: readonly Change[]): Batch => ({
  type,
  revision,
  baseRevision: 0,
  digest: Buffer.of(),
  changes: changes.map(([kind, modifiedRevision, isGone]) => ({
    kind,
    id: '1',
    body: isGone ? null : Buffer.from('{}'),
    createdRevision: 1,
    modifiedRevision,
  })),
});

test('each kind has the revision that last changed it, also by taking something away', () => {
  const indexes = new ModifyIndexes();
  indexes.note(batch('snapshot', 9, ['route', 3], ['route', 7], ['consumer', 4]));
  indexes.note(batch('delta', 10, ['consumer', 4, true]));

  expect(Object.fromEntries(indexes.entries())).toMatchObject({
    routes: 7,
    consumers: 10,
    services: 0,
    ssls: 0,
    global_rules: 0,
    stream_routes: 0,
    protos: 0,
    upstreams: 0,
    max_modify_index: 10,
    prev_index: 10,
    x_etcd_index: 10,
  });
});

test('a snapshot begins anew: a revision may go back with the group that is served', () => {
  const indexes = new ModifyIndexes();
  indexes.note(batch('snapshot', 9, ['route', 7]));
  indexes.note(batch('snapshot', 2, ['service', 2]));
  expect(Object.fromEntries(indexes.entries())).toMatchObject({ routes: 0, services: 2, max_modify_index: 2 });
});

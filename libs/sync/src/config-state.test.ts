import { expect, test } from 'vitest';
import { ConfigState } from './config-state.ts';
import { elementHash, StateDigest } from './digest.ts';
import type { Batch, ResourceChange } from './source.ts';

const change = (id: string, text: string | null): ResourceChange => ({
  kind: 'route',
  id,
  body: text === null ? null : Buffer.from(text),
  createdRevision: 1,
  modifiedRevision: 1,
});

function digestOf(resources: Readonly<Record<string, string>>): Uint8Array {
  const digest = StateDigest.empty();
  for (const [id, text] of Object.entries(resources)) digest.add(elementHash('route', id, Buffer.from(text)));
  return digest.toBytes();
}

const snapshot = (revision: number, resources: Record<string, string>): Batch => ({
  type: 'snapshot',
  baseRevision: 0,
  revision,
  digest: digestOf(resources),
  changes: Object.entries(resources).map(([id, text]) => change(id, text)),
});

test('a delta that does not continue the state is refused as a gap and changes nothing', () => {
  const state = new ConfigState();
  state.apply(snapshot(3, { a: '1' }));

  const refusal = state.apply({
    type: 'delta',
    baseRevision: 4,
    revision: 5,
    digest: digestOf({}),
    changes: [change('a', null)],
  });

  expect(refusal).toBe('gap');
  expect(state.revision).toBe(3);
  expect(state.size).toBe(1);
});

test('a batch that does not sum to its digest is refused and changes nothing', () => {
  const state = new ConfigState();
  state.apply(snapshot(1, { a: '1' }));

  const refusal = state.apply({
    type: 'delta',
    baseRevision: 1,
    revision: 2,
    digest: digestOf({ a: '1', b: 'other' }),
    changes: [change('b', '2')],
  });

  expect(refusal).toBe('digest-mismatch');
  expect(state.get('route', 'b')).toBeUndefined();
  expect(state.digest).toEqual(digestOf({ a: '1' }));
});

test('creating, updating and deleting in one delta ends in the digest of what is left', () => {
  const state = new ConfigState();
  state.apply(snapshot(1, { a: '1', b: '2' }));

  const refusal = state.apply({
    type: 'delta',
    baseRevision: 1,
    revision: 2,
    digest: digestOf({ a: '9', c: '3' }),
    changes: [change('a', '9'), change('b', null), change('c', '3')],
  });

  expect(refusal).toBeUndefined();
  expect([...state.values()].map(({ id }) => id).toSorted()).toEqual(['a', 'c']);
});

test('in a compacted delta the last change of a resource counts', () => {
  const state = new ConfigState();
  state.apply(snapshot(1, {}));

  state.apply({
    type: 'delta',
    baseRevision: 1,
    revision: 4,
    digest: digestOf({ a: '3' }),
    changes: [change('a', '1'), change('a', null), change('a', '3')],
  });

  expect(Buffer.from(state.get('route', 'a')?.body ?? []).toString()).toBe('3');
});

test('a snapshot replaces everything, whatever was there', () => {
  const state = new ConfigState();
  state.apply(snapshot(9, { a: '1', b: '2' }));

  state.apply(snapshot(2, { c: '3' }));

  expect(state.revision).toBe(2);
  expect(state.size).toBe(1);
  expect(state.digest).toEqual(digestOf({ c: '3' }));
});

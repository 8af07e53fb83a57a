import type { ConfigStep } from '@sluice/engine';
import { type Batch, elementHash, StateDigest } from '@sluice/sync';
import { beforeEach, expect, test } from 'vitest';
import { type Readers, ServedConfiguration } from '../configuration/served-configuration.ts';
import { ConfigKeeper } from './config-keeper.ts';

/** Workers that build and serve whatever they are given, unless they are told to fail. */
class WillingReaders implements Readers {
  readonly steps: string[] = [];
  failure: string | null = null;

  async prepare({ generation }: ConfigStep): Promise<string | null> {
    this.steps.push(`prepare ${generation}`);
    return this.failure;
  }

  async commit({ generation }: ConfigStep): Promise<void> {
    this.steps.push(`commit ${generation}`);
  }

  abort(): void {
    this.steps.push('abort');
  }
}

/** A route that is fine, or, for the text `bad`, one that no schema lets pass. */
const bodyOf = (text: string) =>
  Buffer.from(JSON.stringify({ uri: text === 'bad' ? 5 : `/${text}`, upstream_id: 'u' }));

let readers: WillingReaders;
let served: ServedConfiguration;
let keeper: ConfigKeeper;
let held: Record<string, string>;
let events: string[];

beforeEach(() => {
  readers = new WillingReaders();
  served = new ServedConfiguration(readers, () => undefined);
  events = [];
  held = {};
  keeper = new ConfigKeeper(served, {
    applied: () => events.push('applied'),
    refused: (revision) => events.push(`refused ${revision}`),
    linkChanged: () => undefined,
  });
});

/** What is in service: id to path. */
function inService(): Record<string, string> {
  const uris = Array.from(served.store.values(), ({ id, body, isBroken }) => {
    const { uri } = JSON.parse(Buffer.from(body).toString()) as { uri: unknown };
    return [id, isBroken ? 'broken' : String(uri)] as const;
  });
  return Object.fromEntries(uris.toSorted());
}

/** The batch that takes the sender's state from one revision to the next. */
function batch(type: Batch['type'], revision: number, changes: Record<string, string | null>): Batch {
  if (type === 'snapshot') held = {};
  for (const [id, text] of Object.entries(changes)) {
    if (text === null) delete held[id];
    else held[id] = text;
  }
  const digest = StateDigest.empty();
  for (const [id, text] of Object.entries(held)) digest.add(elementHash('route', id, bodyOf(text)));
  return {
    type,
    baseRevision: type === 'snapshot' ? 0 : revision - 1,
    revision,
    digest: digest.toBytes(),
    changes: Object.entries(changes).map(([id, text]) => ({
      kind: 'route',
      id,
      body: text === null ? null : bodyOf(text),
      createdRevision: revision,
      modifiedRevision: revision,
    })),
  };
}

test('a refused revision leaves in service what was served before', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const verdict = await keeper.receive(batch('delta', 2, { a: 'bad', b: 'two' }));

  expect(verdict).toMatchObject({ type: 'nack', revision: 2, errors: [{ kind: 'route', id: 'a' }] });
  expect(inService()).toEqual({ a: '/one' });
  expect(keeper.appliedRevision).toBe(1);
  expect(keeper.position()?.revision).toBe(2);
});

test('after a refusal the next revision is tried together with what was held back', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));
  await keeper.receive(batch('delta', 2, { a: 'bad', b: 'two' }));

  const verdict = await keeper.receive(batch('delta', 3, { a: 'good' }));

  expect(verdict).toMatchObject({ type: 'ack', revision: 3 });
  expect(inService()).toEqual({ a: '/good', b: '/two' });
  expect(keeper.errors).toEqual([]);
});

test('with nothing better in service, what compiles is served and the refusal is still told', async () => {
  const verdict = await keeper.receive(batch('snapshot', 5, { a: 'bad', b: 'two' }));

  expect(verdict).toMatchObject({ type: 'nack', revision: 5 });
  expect(inService()).toEqual({ a: 'broken', b: '/two' });
  expect(keeper.isServing).toBe(true);
  expect(events).toEqual(['refused 5']);
});

test('a state that began partial is whole with the first revision that compiles', async () => {
  await keeper.receive(batch('snapshot', 5, { a: 'bad', b: 'two' }));

  await keeper.receive(batch('delta', 6, { a: 'good' }));

  expect(inService()).toEqual({ a: '/good', b: '/two' });
});

test('a delta that does not continue what is held asks for a resync', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const verdict = await keeper.receive({ ...batch('delta', 9, { b: 'two' }), baseRevision: 8 });

  expect(verdict).toMatchObject({ type: 'resync' });
  expect(inService()).toEqual({ a: '/one' });
});

test('a snapshot that does not sum to its digest is refused instead of asked for again', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const verdict = await keeper.receive({ ...batch('snapshot', 2, { b: 'two' }), digest: new Uint8Array(32) });

  expect(verdict.type).toBe('nack');
  expect(inService()).toEqual({ a: '/one' });
});

test('an acknowledgement carries the digest of what is served', async () => {
  const first = batch('snapshot', 1, { a: 'one' });

  const verdict = await keeper.receive(first);

  expect(verdict).toEqual({ type: 'ack', revision: 1, digest: Buffer.from(first.digest) });
  expect(events).toEqual(['applied']);
});

test('a revision that the workers cannot load is refused, and the next one is tried together with it', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  readers.failure = 'no worker could load it';
  const refused = await keeper.receive(batch('delta', 2, { b: 'two' }));
  readers.failure = null;
  const next = await keeper.receive(batch('delta', 3, { c: 'three' }));

  expect(refused).toMatchObject({ type: 'nack', revision: 2, errors: [{ message: 'no worker could load it' }] });
  expect(next).toMatchObject({ type: 'ack', revision: 3 });
  expect(inService()).toEqual({ a: '/one', b: '/two', c: '/three' });
  expect(readers.steps).toEqual(['prepare 1', 'commit 1', 'prepare 2', 'abort', 'prepare 2', 'commit 2']);
});

test('a snapshot after an outage gives the workers only what is new, and takes away what is gone', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one', b: 'two', c: 'three' }));
  const known = served.store.get('route', 'a');

  held = {};
  const snapshot = batch('snapshot', 4, { a: 'one', b: 'other', d: 'four' });
  const changes = snapshot.changes.map((change) => (change.id === 'a' ? { ...change, modifiedRevision: 1 } : change));
  await keeper.receive({ ...snapshot, changes });

  expect(inService()).toEqual({ a: '/one', b: '/other', d: '/four' });
  expect(served.store.get('route', 'a')?.body.byteOffset).toBe(known?.body.byteOffset);
});

test('more changes than are checked one by one are refused as a whole where one of them is bad', async () => {
  const many = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`r${i}`, `path-${i}`]));
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const refused = await keeper.receive(batch('delta', 2, { ...many, r7: 'bad' }));
  expect(refused).toMatchObject({ type: 'nack', errors: [{ id: 'r7' }] });
  expect(inService()).toEqual({ a: '/one' });

  expect(await keeper.receive(batch('delta', 3, { r7: 'fine' }))).toMatchObject({ type: 'ack' });
  expect(Object.keys(inService())).toHaveLength(1501);
});

test('what this very build has checked before is not checked again at the start, what another one has is', async () => {
  const copy = batch('snapshot', 1, { a: 'bad' });
  const own = new ConfigKeeper(served, { applied() {}, refused() {}, linkChanged() {} }, 'this-build');

  expect(await own.receive({ ...copy, checkedBy: 'another-build' })).toMatchObject({ type: 'nack' });
  expect(await own.receive({ ...copy, checkedBy: 'this-build' })).toMatchObject({ type: 'ack' });
});

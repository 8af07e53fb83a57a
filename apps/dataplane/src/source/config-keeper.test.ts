import { type Batch, elementHash, type ResourceError, StateDigest } from '@sluice/sync';
import { beforeEach, expect, test } from 'vitest';
import { ConfigKeeper, type Server, type ServerStep } from './config-keeper.ts';

/** Serves anything but resources whose body is `bad`. */
class PickyServer implements Server {
  readonly served = new Map<string, string>();
  readonly steps: (ServerStep & { readonly partial: boolean })[] = [];

  apply(step: ServerStep, options = { partial: false }): readonly ResourceError[] {
    this.steps.push({ ...step, ...options });
    const errors = step.changes
      .filter(({ body }) => body && textOf(body) === 'bad')
      .map(({ kind, id }) => ({ kind, id, message: 'bad' }));
    if (errors.length > 0 && !options.partial) return errors;
    if (step.type === 'snapshot') this.served.clear();
    for (const { id, body } of step.changes) {
      if (!body) this.served.delete(id);
      else if (textOf(body) !== 'bad') this.served.set(id, textOf(body));
    }
    return errors;
  }
}

const textOf = (body: Uint8Array) => Buffer.from(body).toString();

let server: PickyServer;
let keeper: ConfigKeeper;
let held: Record<string, string>;
let events: string[];

beforeEach(() => {
  server = new PickyServer();
  events = [];
  held = {};
  keeper = new ConfigKeeper(server, {
    applied: () => events.push('applied'),
    refused: (revision) => events.push(`refused ${revision}`),
    linkChanged: () => undefined,
  });
});

/** The batch that takes the sender's state from one revision to the next. */
function batch(type: Batch['type'], revision: number, changes: Record<string, string | null>): Batch {
  if (type === 'snapshot') held = {};
  for (const [id, text] of Object.entries(changes)) {
    if (text === null) delete held[id];
    else held[id] = text;
  }
  const digest = StateDigest.empty();
  for (const [id, text] of Object.entries(held)) digest.add(elementHash('route', id, Buffer.from(text)));
  return {
    type,
    baseRevision: type === 'snapshot' ? 0 : revision - 1,
    revision,
    digest: digest.toBytes(),
    changes: Object.entries(changes).map(([id, text]) => ({
      kind: 'route',
      id,
      body: text === null ? null : Buffer.from(text),
      createdRevision: revision,
      modifiedRevision: revision,
    })),
  };
}

test('a refused revision leaves in service what was served before', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const verdict = await keeper.receive(batch('delta', 2, { a: 'bad', b: 'two' }));

  expect(verdict).toMatchObject({ type: 'nack', revision: 2, errors: [{ kind: 'route', id: 'a' }] });
  expect(Object.fromEntries(server.served)).toEqual({ a: 'one' });
  expect(keeper.appliedRevision).toBe(1);
  expect(keeper.position()?.revision).toBe(2);
});

test('after a refusal the next revision is tried together with what was held back', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));
  await keeper.receive(batch('delta', 2, { a: 'bad', b: 'two' }));

  const verdict = await keeper.receive(batch('delta', 3, { a: 'good' }));

  expect(verdict).toMatchObject({ type: 'ack', revision: 3 });
  expect(Object.fromEntries(server.served)).toEqual({ a: 'good', b: 'two' });
  expect(keeper.errors).toEqual([]);
});

test('with nothing better in service, what compiles is served and the refusal is still told', async () => {
  const verdict = await keeper.receive(batch('snapshot', 5, { a: 'bad', b: 'two' }));

  expect(verdict).toMatchObject({ type: 'nack', revision: 5 });
  expect(Object.fromEntries(server.served)).toEqual({ b: 'two' });
  expect(keeper.isServing).toBe(true);
  expect(events).toEqual(['refused 5']);
});

test('a state that began partial is replaced as a whole by the first revision that compiles', async () => {
  await keeper.receive(batch('snapshot', 5, { a: 'bad', b: 'two' }));

  await keeper.receive(batch('delta', 6, { a: 'good' }));

  expect(server.steps.at(-1)?.type).toBe('snapshot');
  expect(Object.fromEntries(server.served)).toEqual({ a: 'good', b: 'two' });
});

test('a delta that does not continue what is held asks for a resync', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const verdict = await keeper.receive({ ...batch('delta', 9, { b: 'two' }), baseRevision: 8 });

  expect(verdict).toMatchObject({ type: 'resync' });
  expect(server.served.has('b')).toBe(false);
});

test('a snapshot that does not sum to its digest is refused instead of asked for again', async () => {
  await keeper.receive(batch('snapshot', 1, { a: 'one' }));

  const verdict = await keeper.receive({ ...batch('snapshot', 2, { b: 'two' }), digest: new Uint8Array(32) });

  expect(verdict.type).toBe('nack');
  expect(Object.fromEntries(server.served)).toEqual({ a: 'one' });
});

test('an acknowledgement carries the digest of what is served', async () => {
  const first = batch('snapshot', 1, { a: 'one' });

  const verdict = await keeper.receive(first);

  expect(verdict).toEqual({ type: 'ack', revision: 1, digest: Buffer.from(first.digest) });
  expect(events).toEqual(['applied']);
});

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigState } from '../config-state.ts';
import { elementHash, StateDigest } from '../digest.ts';
import type { Batch } from '../source.ts';
import { KeptConfiguration } from './kept-configuration.ts';

let folder: string;
let path: string;
let state: ConfigState;
let kept: KeptConfiguration;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-kept-'));
  path = join(folder, 'copy');
  state = new ConfigState();
  kept = new KeptConfiguration(path, 'default');
});
afterEach(() => rm(folder, { recursive: true }));

/** Moves the state by one revision: a text per route, null for one that is deleted. */
function step(bodies: Record<string, string | null>, type: Batch['type'] = 'delta'): Batch {
  const digest = type === 'snapshot' ? StateDigest.empty() : StateDigest.from(state.digest);
  const changes = Object.entries(bodies).map(([id, text]) => {
    const body = text === null ? null : Buffer.from(text);
    const before = type === 'delta' && state.get('route', id);
    if (before) digest.remove(before.hash);
    if (body) digest.add(elementHash('route', id, body));
    return { kind: 'route', id, body, createdRevision: 1, modifiedRevision: state.revision + 1 };
  });
  const base = { baseRevision: state.revision, revision: state.revision + 1 };
  const batch: Batch = { type, ...base, digest: digest.toBytes(), changes };
  expect(state.apply(batch)).toBeUndefined();
  return batch;
}

async function keep(...bodies: Record<string, string | null>[]): Promise<void> {
  const steps = bodies.map((changes) => step(changes));
  await kept.keep(() => state, steps);
}

/** What another process finds on disk. */
async function found(): Promise<Record<string, string>> {
  const batch = await new KeptConfiguration(path, 'default').read();
  const entries = (batch?.changes ?? []).map(({ id, body }) => [id, Buffer.from(body ?? '').toString()]);
  return { revision: String(batch?.revision), ...Object.fromEntries(entries) };
}

const stepsPath = (): string => `${path}.steps`;

async function damage(change: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(stepsPath(), change(await readFile(stepsPath())));
}

beforeEach(async () => {
  await kept.keep(() => state, [step({ a: '{"v":1}', b: '{"v":1}', c: '{"v":1}' }, 'snapshot')]);
});

test('a step that is torn ends what is read, and the steps before it count', async () => {
  await keep({ a: '{"v":2}' });
  await keep({ b: '{"v":3}' });
  await damage((bytes) => bytes.subarray(0, bytes.length - 3));

  expect(await found()).toEqual({ revision: '2', a: '{"v":2}', b: '{"v":1}', c: '{"v":1}' });
});

test('the step after a torn one takes its place', async () => {
  await keep({ a: '{"v":2}' });
  await keep({ b: '{"v":3}' });
  await damage((bytes) => bytes.subarray(0, bytes.length - 3));
  kept = new KeptConfiguration(path, 'default');
  const batch = await kept.read();
  expect(kept.tornBytes).toBeGreaterThan(0);
  state = new ConfigState();
  expect(batch && state.apply(batch)).toBeUndefined();

  await keep({ c: '{"v":9}' });

  expect(await found()).toEqual({ revision: '3', a: '{"v":2}', b: '{"v":1}', c: '{"v":9}' });
});

test('a step with one changed byte is not taken, and none behind it', async () => {
  await keep({ a: '{"v":2}' });
  const before = (await stat(stepsPath())).size;
  await keep({ b: '{"v":3}' });
  await keep({ c: '{"v":4}' });
  await damage((bytes) => (bytes.writeUInt8(bytes.readUInt8(before + 9) ^ 1, before + 9), bytes));

  expect(await found()).toMatchObject({ revision: '2', a: '{"v":2}', c: '{"v":1}' });
});

test('steps of an older copy are not taken over by a newer one', async () => {
  await keep({ a: '{"v":2}' });
  const older = await readFile(stepsPath());
  await kept.keep(() => state, [step({ a: '{"v":8}' }, 'snapshot')]);
  await writeFile(stepsPath(), older);

  expect(await found()).toEqual({ revision: '3', a: '{"v":8}' });
});

test('a change adds a step of its own size to the file and leaves the copy as it is', async () => {
  const copy = await readFile(path);
  await keep({ b: '{"v":2}' }, { c: null, d: '{"v":3}' });

  expect(await readFile(path)).toEqual(copy);
  expect(await found()).toEqual({ revision: '3', a: '{"v":1}', b: '{"v":2}', d: '{"v":3}' });
  expect(kept.revision).toBe(3);
});

test('steps that do not lead from what is on disk to the state are not used: the state is kept as a whole', async () => {
  step({ a: '{"v":2}' });
  await keep({ b: '{"v":3}' });

  expect(await found()).toEqual({ revision: '3', a: '{"v":2}', b: '{"v":3}', c: '{"v":1}' });
  await expect(stat(stepsPath())).rejects.toThrow('ENOENT');
});

test('steps that have grown too long give way to a new copy', async () => {
  const long = 'x'.repeat(100_000);
  for (const version of [1, 2, 3]) await keep({ a: `{"v":"${long}${version}"}` });
  const sizes = [(await stat(path)).size, (await stat(stepsPath())).size];

  expect(sizes[0]).toBeGreaterThan(100_000);
  expect(await found()).toMatchObject({ revision: '4', a: `{"v":"${long}3"}` });
});

test('where a whole is needed and there is none, nothing is written', async () => {
  step({ a: '{"v":2}' });
  const after = step({ b: '{"v":3}' });

  expect(await kept.keep(() => undefined, [after])).toBe(false);

  expect(await found()).toMatchObject({ revision: '1', a: '{"v":1}' });
});

test('what is on disk already is not written again', async () => {
  const other = new KeptConfiguration(path, 'default');
  await other.read();
  const { mtimeMs } = await stat(path);

  await other.keep(() => state, []);

  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
});

test('only the owner may read the steps', async () => {
  await keep({ a: '{}' });

  expect((await stat(stepsPath())).mode & 0o777).toBe(0o600);
});

test('a disk that takes no step is told of, and the next state is kept as a whole', async () => {
  await keep({ a: '{"v":2}' });
  await rm(stepsPath());
  await expect(keep({ a: '{"v":3}' })).rejects.toThrow('ENOENT');

  await keep({ a: '{"v":4}' });

  expect(await found()).toMatchObject({ revision: '4', a: '{"v":4}' });
});

test.each([
  ['one build', 'one', 'one', 'one'],
  ['two builds, one after the other', 'one', 'two', undefined],
  ['a build that did not say so', 'one', undefined, undefined],
])('what was kept by %s counts as checked by %s and %s: %s', async (_, first, then, checkedBy) => {
  await rm(path);
  await new KeptConfiguration(path, 'default', first).keep(() => state, []);
  const later = new KeptConfiguration(path, 'default', then);
  await later.read();
  await later.keep(() => state, [step({ a: '{"v":2}' })]);

  const batch = await new KeptConfiguration(path, 'default').read();
  expect([batch?.revision, batch?.checkedBy]).toEqual([state.revision, checkedBy]);
});

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigState } from '../config-state.ts';
import { elementHash, StateDigest } from '../digest.ts';
import type { Batch } from '../source.ts';
import { readCopy, writeCopy } from './last-known-good.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-copy-'));
  path = join(folder, 'dataplane', 'copy');
});
afterEach(() => rm(folder, { recursive: true }));

function stateOf(bodies: Record<string, string>): ConfigState {
  const digest = StateDigest.empty();
  const changes = Object.entries(bodies).map(([id, text]) => {
    const body = Buffer.from(text);
    digest.add(elementHash('route', id, body));
    return { kind: 'route', id, body, createdRevision: 1, modifiedRevision: 7 };
  });
  const batch: Batch = { type: 'snapshot', baseRevision: 0, revision: 7, digest: digest.toBytes(), changes };
  const state = new ConfigState();
  state.apply(batch);
  return state;
}

async function write(state: ConfigState): Promise<void> {
  await writeCopy(path, { group: 'default', revision: state.revision, digest: state.digest }, state.values());
}

test('without a copy there is nothing to read', async () => {
  expect(await readCopy(path, 'default')).toBeUndefined();
});

test('a torn copy is not trusted', async () => {
  await write(stateOf({ a: '{"uri":"/a"}' }));
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 40));

  await expect(readCopy(path, 'default')).rejects.toThrow('checksum');
});

test('a copy with one changed byte is not trusted', async () => {
  await write(stateOf({ a: '{"uri":"/a"}' }));
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
  await writeFile(path, bytes);

  await expect(readCopy(path, 'default')).rejects.toThrow('checksum');
});

test('a copy of another group is not used', async () => {
  await write(stateOf({ a: '{"uri":"/a"}' }));

  await expect(readCopy(path, 'staging')).rejects.toThrow('belongs to the gateway group default');
});

test('a copy comes back as the snapshot that it was, whatever bytes are in it', async () => {
  const state = stateOf({ a: '{"uri":"/a"}', 'b.c': '{"desc":"two\\nlines, ünïcode"}' });
  await write(state);

  const copy = await readCopy(path, 'default');

  const restored = new ConfigState();
  expect(copy && restored.apply(copy.batch)).toBeUndefined();
  expect(restored.revision).toBe(7);
  expect(restored.digest).toEqual(state.digest);
  expect(restored.get('route', 'b.c')?.modifiedRevision).toBe(7);
});

test('only the owner may read a copy', async () => {
  await write(stateOf({ a: '{}' }));

  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

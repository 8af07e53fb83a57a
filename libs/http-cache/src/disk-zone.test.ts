import { copyFile, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CacheRecord } from '@sluice/plugin-kit';
import { eventually } from '@sluice/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DiskZone } from './disk-zone.ts';
import { digestOf, nameOf } from './key-hash.ts';
import { readFolder } from './read-folder.ts';

let path: string;
const lines: string[] = [];
const note = (message: string): void => void lines.push(message);
const log = { debug: note, info: note, warn: note, error: note };
const clock = { now: () => Date.now() };
const levels = [1, 2];

beforeEach(async () => {
  lines.length = 0;
  path = await mkdtemp(join(tmpdir(), 'sluice-cache-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

/** The zone of a process that begins: it knows what is on disk. */
async function startZone({ bytesMax = 1024 * 1024, files = 1024 } = {}) {
  const memory = DiskZone.createMemory(files * 32, 2 ** 40);
  await readFolder({ path, levels, memory }, log);
  const zone = () => new DiskZone({ name: 'z', clock, ttlMs: 1000, memory, path, bytesMax, levels, log });
  return { zone: zone(), other: zone() };
}

async function store(zone: DiskZone, key: string, body: string): Promise<void> {
  const turn = zone.begin(key);
  const writer = zone.write(key, turn);
  await writer?.append(Buffer.from(body));
  await writer?.commit({ key });
  turn.end(true);
}

async function read(zone: DiskZone, key: string): Promise<string | undefined> {
  const record: CacheRecord | undefined = await zone.find(key);
  const body = record?.body(0, record.bodyBytes);
  if (body === undefined || body instanceof Uint8Array) return body && Buffer.from(body).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function fileOf(key: string): string {
  const name = nameOf(digestOf(key));
  return join(path, name.slice(-1), name.slice(-3, -1), name);
}

async function damage(key: string, at: number): Promise<void> {
  const file = await open(fileOf(key), 'r+');
  await file.write('\0\0', at);
  await file.close();
}

const filesIn = async () => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

describe('what is on disk', () => {
  test.each([
    ['in its prefix', 20],
    ['in its body', 70],
    ['in its head', 64 + 4 + 5],
  ])('and damaged %s is not there', async (_where, at) => {
    const first = await startZone();
    await store(first.zone, 'a', 'body');
    await damage('a', at);
    const { zone } = await startZone();
    expect(await read(zone, 'a')).toBeUndefined();
  });

  test('and cut off is not there', async () => {
    const first = await startZone();
    await store(first.zone, 'a', 'x'.repeat(200_000));
    const file = await open(fileOf('a'), 'r+');
    await file.truncate(150_000);
    await file.close();
    expect(await read((await startZone()).zone, 'a')).toBeUndefined();
  });

  test('and damaged in the middle of a long body breaks the answer off', async () => {
    const first = await startZone();
    await store(first.zone, 'a', 'x'.repeat(200_000));
    await damage('a', 100_000);
    await expect(read((await startZone()).zone, 'a')).rejects.toThrow('damaged');
  });

  test('of another key under the same name is not there', async () => {
    const { zone } = await startZone();
    await store(zone, 'a', 'secret');
    const [from, to] = [fileOf('a'), fileOf('b')];
    await store(zone, 'b', 'other');
    await rm(to);
    await copyFile(from, to);
    expect(await read((await startZone()).zone, 'b')).toBeUndefined();
  });

  test('is found by a process that starts, and what was left half written is not', async () => {
    const first = await startZone();
    await store(first.zone, 'a', 'body');
    const writer = first.zone.write('b', first.zone.begin('b'));
    await writer?.append(Buffer.from('half'));
    await eventually(async () => expect(await filesIn()).toHaveLength(2));
    const { zone } = await startZone();
    expect([await read(zone, 'a'), await read(zone, 'b')]).toEqual(['body', undefined]);
    writer?.abort();
    await eventually(async () => expect(await filesIn()).toHaveLength(1));
  });

  test('and none of ours is left alone', async () => {
    await writeFile(join(path, 'README'), 'mine');
    await startZone();
    expect(await filesIn()).toEqual(['README']);
  });
});

test('what one worker stores, changes and removes, the other finds, finds changed, and finds no more', async () => {
  const { zone, other } = await startZone();
  expect(other.find('a')).toBeUndefined();
  await store(zone, 'a', 'first');
  expect(await read(other, 'a')).toBe('first');
  await store(zone, 'a', 'x'.repeat(200_000));
  expect(await read(other, 'a')).toBe('x'.repeat(200_000));
  const record = await zone.find('a');
  await record?.replaceHead({ is: 'new', and: 'longer than before' });
  expect([(await other.find('a'))?.head, (await read(other, 'a'))?.length]).toEqual([
    { is: 'new', and: 'longer than before' },
    200_000,
  ]);
  expect([await other.remove('a'), await other.remove('a')]).toEqual([true, false]);
  expect([await read(zone, 'a'), await filesIn()]).toEqual([undefined, []]);
});

test('a file that is replaced after it was found is not taken for the one that was found', async () => {
  const { zone, other } = await startZone();
  await store(zone, 'a', 'x'.repeat(200_000));
  const found = await zone.find('a');
  await store(other, 'a', 'y'.repeat(200_000));
  await found?.replaceHead({ of: 'the first' });
  expect((await other.find('a'))?.head).toEqual({ key: 'a' });
  const body = found?.body(0, 10) as AsyncIterable<Uint8Array>;
  await expect(body[Symbol.asyncIterator]().next()).rejects.toThrow('replaced');
});

test('what is asked for often is answered from memory, at once', async () => {
  const { zone } = await startZone();
  await store(zone, 'a', 'body');
  await read(zone, 'a');
  expect(zone.find('a')).not.toBeInstanceOf(Promise);
});

test('who needs room takes that of what was not used lately', async () => {
  const { zone } = await startZone({ bytesMax: 64 * 1024, files: 4096 });
  await store(zone, 'wanted', 'w');
  for (let i = 0; i < 100; i += 1) {
    await store(zone, `other ${i}`, 'o');
    expect(await read(zone, 'wanted')).toBe('w');
  }
  expect((await filesIn()).length).toBeLessThanOrEqual(16);
});

test('an index that is full makes room, and leaves no file behind that nobody knows', async () => {
  const { zone } = await startZone({ files: 64 });
  for (let i = 0; i < 200; i += 1) await store(zone, `key ${i}`, `body ${i}`);
  const found = await Promise.all(Array.from({ length: 200 }, (_, i) => read(zone, `key ${i}`)));
  const known = found.filter((body) => body !== undefined);
  expect(known.length).toBeLessThanOrEqual(64);
  expect(await filesIn()).toHaveLength(known.length);
});

test('a disk that cannot be written to costs the copy, and is noted', async () => {
  const { zone } = await startZone();
  await rm(path, { recursive: true });
  await writeFile(path, 'in the way');
  await store(zone, 'a', 'body');
  expect([await read(zone, 'a'), lines.join()]).toEqual([undefined, expect.stringContaining('cannot use its disk')]);
});

test('what was removed while it was written is not kept', async () => {
  const { zone, other } = await startZone();
  const turn = zone.begin('a');
  const writer = zone.write('a', turn);
  await writer?.append(Buffer.from('old'));
  await other.remove('a');
  await writer?.commit({});
  expect([await read(zone, 'a'), await filesIn()]).toEqual([undefined, []]);
});

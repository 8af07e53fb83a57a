import { Worker } from 'node:worker_threads';
import type { CacheRecord } from '@sluice/plugin-kit';
import { describe, expect, test } from 'vitest';
import { MemoryZone } from './memory-zone.ts';

const clock = { now: () => Date.now() };

function twoWorkers(bytes = 1024 * 1024) {
  const memory = MemoryZone.createMemory(bytes);
  const zone = () => new MemoryZone({ name: 'z', clock, ttlMs: 1000, memory });
  return [zone(), zone()] as const;
}

function store(zone: MemoryZone, key: string, body: string, head: object = { key }): void {
  const turn = zone.begin(key);
  const writer = zone.write(key, turn);
  writer?.append(Buffer.from(body));
  void writer?.commit(head);
  turn.end(true);
}

const bodyOf = (record: CacheRecord | undefined): string | undefined => {
  const body = record?.body(0, record.bodyBytes);
  return body instanceof Uint8Array ? Buffer.from(body).toString() : undefined;
};

test('what one worker stores, replaces and removes, the other finds, finds changed, and finds no more', () => {
  const [one, other] = twoWorkers();
  expect(other.find('a')).toBeUndefined();
  store(one, 'a', 'first');
  expect([other.find('a')?.head, bodyOf(other.find('a'))]).toEqual([{ key: 'a' }, 'first']);
  store(one, 'a', 'second');
  expect(bodyOf(other.find('a'))).toBe('second');
  expect([other.remove('a'), other.remove('a'), one.find('a')]).toEqual([true, false, undefined]);
});

test('nobody finds what is not committed, or given up', () => {
  const [one, other] = twoWorkers();
  const writer = one.write('a', one.begin('a'));
  writer?.append(Buffer.from('half'));
  expect(other.find('a')).toBeUndefined();
  writer?.abort();
  void writer?.commit({});
  expect(one.find('a')).toBeUndefined();
});

test('another head can be put before a body, but not before one that was removed', () => {
  const [one, other] = twoWorkers();
  store(one, 'a', 'body');
  const before = other.find('a');
  void before?.replaceHead({ is: 'new' });
  expect([one.find('a')?.head, bodyOf(one.find('a'))]).toEqual([{ is: 'new' }, 'body']);
  const found = other.find('a');
  one.remove('a');
  void found?.replaceHead({ is: 'too late' });
  expect(one.find('a')).toBeUndefined();
});

test('who needs room takes that of the oldest, and what is asked for stays', () => {
  const [zone] = twoWorkers(64 * 1024);
  store(zone, 'wanted', 'w'.repeat(1000));
  store(zone, 'unwanted', 'u'.repeat(1000));
  for (let i = 0; i < 200; i += 1) {
    store(zone, `other ${i}`, 'o'.repeat(1000));
    expect(bodyOf(zone.find('wanted'))).toBe('w'.repeat(1000));
  }
  expect(zone.find('unwanted')).toBeUndefined();
});

test('a body whose room was taken between finding and reading it is not given', () => {
  const [zone] = twoWorkers(64 * 1024);
  store(zone, 'a', 'a'.repeat(1000));
  const found = zone.find('a');
  for (let i = 0; i < 200; i += 1) store(zone, `other ${i}`, 'o'.repeat(1000));
  expect(found?.body(0, 1000)).toBeUndefined();
});

test('a body that is too long for the zone is not begun, and one that becomes too long is given up', () => {
  const [zone] = twoWorkers(64 * 1024);
  expect(zone.write('a', zone.begin('a'), 60 * 1024)).toBeUndefined();
  const writer = zone.write('a', zone.begin('a'));
  expect([writer?.append(Buffer.alloc(10 * 1024)), writer?.append(Buffer.alloc(10 * 1024))]).toEqual([true, false]);
  void writer?.commit({});
  expect(zone.find('a')).toBeUndefined();
});

test('bodies under way hold no more than the zone has', () => {
  const [zone] = twoWorkers(64 * 1024);
  const writers = Array.from({ length: 8 }, (_, i) => zone.write(`${i}`, zone.begin(`${i}`)));
  const kept = writers.filter((writer) => writer?.append(Buffer.alloc(15 * 1024)) === true);
  expect(kept.length).toBeLessThan(5);
  for (const writer of kept) writer?.abort();
  expect(zone.write('a', zone.begin('a'))?.append(Buffer.alloc(15 * 1024))).toBe(true);
});

test('many keys in few slots are never taken for each other', () => {
  const [zone] = twoWorkers(256 * 1024);
  for (let i = 0; i < 2000; i += 1) store(zone, `key ${i}`, `body ${i}`);
  let found = 0;
  for (let i = 0; i < 2000; i += 1) {
    const body = bodyOf(zone.find(`key ${i}`));
    if (body === undefined) continue;
    found += 1;
    expect(body).toBe(`body ${i}`);
  }
  expect(found).toBeGreaterThan(100);
});

describe('while another thread writes over everything again and again', () => {
  test('whatever is read is whole', async () => {
    const memory = MemoryZone.createMemory(64 * 1024);
    const zone = new MemoryZone({ name: 'z', clock, ttlMs: 1000, memory });
    const worker = new Worker(new URL('fixtures/writing-worker.ts', import.meta.url), { workerData: memory });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    let [isRunning, reads] = [true, 0];
    void ended.then(() => (isRunning = false));
    while (isRunning) {
      for (let i = 0; i < 20; i += 1) {
        const record = zone.find(`key ${i}`);
        const body = bodyOf(record);
        if (record === undefined || body === undefined) continue;
        reads += 1;
        const { letter, length } = record.head as { letter: string; length: number };
        if (body !== letter.repeat(length)) throw new Error(`${body.slice(0, 40)} is not ${length} times ${letter}`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reads).toBeGreaterThan(100);
  });
});

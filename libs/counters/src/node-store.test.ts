import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ScribeOrder } from './fixtures/scribe.ts';
import { NodeStore } from './node-store.ts';

function clockAt(start: number) {
  let now = start;
  return { now: () => now, advance: (ms: number) => void (now += ms) };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();

test('a value that is too large is not kept, and what was there before is gone', () => {
  const store = new NodeStore({ clock: clockAt(0) });
  store.set('a', bytes('old'), 60);

  expect(store.set('a', new Uint8Array(65 * 1024), 60)).toBe(false);

  expect(store.get('a')).toBeUndefined();
});

test('values end on time, and with a time of nothing they never begin', () => {
  const clock = clockAt(1_000);
  const store = new NodeStore({ clock });

  expect(store.set('never', bytes('x'), 0)).toBe(false);
  store.set('a', bytes('one'), 10);
  clock.advance(9_999);
  expect(text(store.get('a'))).toBe('one');
  clock.advance(1);
  expect(store.get('a')).toBeUndefined();
  expect(store.delete('a')).toBe(false);
});

test('the newest value is found, and none after it was deleted', () => {
  const store = new NodeStore({ clock: clockAt(0) });
  for (const value of ['one', 'two', '', 'ünïcode']) store.set('a', bytes(value), 60);
  store.set('b', bytes('other'), 60);

  expect(text(store.get('a'))).toBe('ünïcode');
  expect(store.delete('a')).toBe(true);
  expect(store.get('a')).toBeUndefined();
  expect(text(store.get('b'))).toBe('other');
});

test('what was written last is kept, however much was written before', () => {
  const store = new NodeStore({ clock: clockAt(0), buffer: NodeStore.createBuffer(64 * 1024) });
  for (let i = 0; i < 5_000; i += 1) store.set(`key ${i}`, bytes(`value ${i}`.repeat(10)), 60);

  expect(text(store.get('key 4999'))).toBe('value 4999'.repeat(10));
  expect(text(store.get('key 4950'))).toBe('value 4950'.repeat(10));
  expect(store.get('key 10')).toBeUndefined();
});

test('a record that was damaged is no value', () => {
  const store = new NodeStore({ clock: clockAt(0), buffer: NodeStore.createBuffer(1024) });
  store.set('a', bytes('trusted'), 60);
  const memory = Buffer.from(store.buffer);
  const at = memory.indexOf('trusted');
  memory.write('Trusted', at);

  expect(store.get('a')).toBeUndefined();
});

test('workers that write the same keys at the same moment never read anything but what one of them wrote', async () => {
  const buffer = NodeStore.createBuffer(128 * 1024);
  const gate = new SharedArrayBuffer(4);
  const mixed = await Promise.all(
    [0, 1].map(async (number) => {
      const workerData: ScribeOrder = { buffer, gate, workers: 2, number, rounds: 20_000 };
      const worker = new Worker(new URL('./fixtures/scribe.ts', import.meta.url), { workerData });
      const [wrong] = (await once(worker, 'message')) as [number];
      await worker.terminate();
      return wrong;
    }),
  );

  expect(mixed).toEqual([0, 0]);
});

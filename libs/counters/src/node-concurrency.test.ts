import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { CrowdOrder } from './fixtures/crowd.ts';
import { NodeConcurrency } from './node-concurrency.ts';

test('a full lane lets pass what it cannot count, and says so', () => {
  const concurrency = new NodeConcurrency(NodeConcurrency.createBuffer({ slotCount: 8 }));
  for (let i = 0; i < 8; i += 1) concurrency.enter(`key ${i}`);

  expect(concurrency.enter('one more')).toBe(1);
  concurrency.leave('one more');

  expect(concurrency.overflows).toBe(1);
  expect(concurrency.count('key 3')).toBe(1);
});

test('leaving more often than entering never counts below nothing', () => {
  const concurrency = new NodeConcurrency();

  concurrency.leave('a');
  concurrency.enter('a');
  concurrency.leave('a');
  concurrency.leave('a');

  expect(concurrency.count('a')).toBe(0);
  expect(concurrency.enter('a')).toBe(1);
});

test('what is over makes room for other keys', () => {
  const concurrency = new NodeConcurrency(NodeConcurrency.createBuffer({ slotCount: 8 }));

  for (let i = 0; i < 1000; i += 1) {
    expect(concurrency.enter(`key ${i}`)).toBe(1);
    concurrency.leave(`key ${i}`);
  }

  expect(concurrency.overflows).toBe(0);
});

test('all workers count together, and what a dead one had under way goes with its lane', () => {
  const buffer = NodeConcurrency.createBuffer({ lanes: 2 });
  const [one, other] = [new NodeConcurrency(buffer, 0), new NodeConcurrency(buffer, 1)];

  expect([one.enter('a'), other.enter('a'), other.enter('a'), other.enter('b')]).toEqual([1, 2, 3, 1]);
  NodeConcurrency.dropLane(buffer, 1);

  expect(one.count('a')).toBe(1);
  expect(one.count('b')).toBe(0);
  expect(other.count('a')).toBe(1);
});

test('a lane that the table does not have is refused', () => {
  expect(() => new NodeConcurrency(NodeConcurrency.createBuffer({ lanes: 2 }), 2)).toThrow(RangeError);
});

test('workers that come and go at the same moment never let more in than the limit, and leave nothing behind', async () => {
  const workers = 2;
  const buffer = NodeConcurrency.createBuffer({ lanes: workers + 1 });
  const inside = new SharedArrayBuffer(8);
  const gate = new SharedArrayBuffer(4);
  const reports = await Promise.all(
    Array.from({ length: workers }, async (_, lane) => {
      const workerData: CrowdOrder = { buffer, gate, inside, workers, lane, rounds: 100_000, limit: 1 };
      const worker = new Worker(new URL('./fixtures/crowd.ts', import.meta.url), { workerData });
      const [admitted] = (await once(worker, 'message')) as [number];
      await worker.terminate();
      return admitted;
    }),
  );

  expect(Atomics.load(new Int32Array(inside), 1)).toBe(1);
  expect(Math.max(...reports)).toBeGreaterThan(0);
  expect(new NodeConcurrency(buffer, workers).count('door')).toBe(0);
});

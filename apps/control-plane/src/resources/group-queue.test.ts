import { expect, test } from 'vitest';
import { GroupQueue } from './group-queue.ts';

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

test('a write that fails lets the next one in, and only its own caller hears of it', async () => {
  const queue = new GroupQueue();
  const failing = queue.run('a', () => Promise.reject(new Error('no')));

  await expect(failing).rejects.toThrow('no');
  expect(await queue.run('a', () => Promise.resolve('yes'))).toBe('yes');
});

test('of one group at most two run at a time, in the order in which they came', async () => {
  const queue = new GroupQueue();
  const gates = Array.from({ length: 5 }, gate);
  const started: number[] = [];
  const writes = gates.map(({ passed }, i) =>
    queue.run('a', () => {
      started.push(i);
      return passed;
    }),
  );

  expect(started).toEqual([0, 1]);
  gates[0]?.open();
  await writes[0];
  expect(started).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(writes);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});

test('groups do not wait for each other', async () => {
  const queue = new GroupQueue();
  const { open, passed } = gate();
  const blocked = [1, 2, 3].map(() => queue.run('a', () => passed));

  expect(await queue.run('b', () => Promise.resolve('free'))).toBe('free');
  open();
  await Promise.all(blocked);
});

import { expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

test('no more tasks run at once than there are places, and the others follow in order', async () => {
  const turnstile = new Turnstile(2);
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const tasks = gates.map((gate, i) =>
    turnstile.pass(() => {
      started.push(i);
      return gate.promise;
    }),
  );
  expect(started).toEqual([0, 1]);
  gates[1]?.resolve();
  await tasks[1];
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  await Promise.all(tasks);
  expect(started).toEqual([0, 1, 2, 3]);
});

test('a task that fails gives its place on', async () => {
  const turnstile = new Turnstile(1);
  await expect(turnstile.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(turnstile.pass(() => Promise.resolve('yes'))).resolves.toBe('yes');
});

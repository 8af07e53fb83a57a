import { expect, test } from 'vitest';
import { TicketKeys } from './ticket-keys.ts';

test('new keys are told to everybody, and are those that a later worker starts with', async () => {
  const keys = new TicketKeys();
  const first = keys.current;
  const told: Buffer[] = [];

  const timer = keys.rotate((next) => told.push(next), 1);
  await expect.poll(() => told.length).toBeGreaterThan(1);
  clearInterval(timer);

  expect(first).toHaveLength(48);
  expect(told.at(-1)).toEqual(keys.current);
  expect(new Set([first, ...told].map((key) => key.toString('hex'))).size).toBe(told.length + 1);
});

import { expect, test } from 'vitest';
import { WakeUp } from './wake-up.ts';

const never = new AbortController().signal;
const HOURS = 10_000_000;

test('what wakes it while it is busy is not missed, and counts once', async () => {
  const wakeUp = new WakeUp();
  wakeUp.wake();
  wakeUp.wake();
  await wakeUp.rest(HOURS, never);

  let isResting = true;
  const rest = wakeUp.rest(HOURS, never).then(() => (isResting = false));
  await Promise.resolve();
  expect(isResting).toBe(true);
  wakeUp.wake();
  await rest;
});

test('it rests no longer than it is told to, and not at all once the signal has aborted', async () => {
  const wakeUp = new WakeUp();
  await wakeUp.rest(1, never);

  const stopping = new AbortController();
  const rest = wakeUp.rest(HOURS, stopping.signal);
  stopping.abort();
  await rest;
  await wakeUp.rest(HOURS, stopping.signal);
});

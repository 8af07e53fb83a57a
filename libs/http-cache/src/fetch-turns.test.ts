import { describe, expect, test } from 'vitest';
import { FetchTurns } from './fetch-turns.ts';
import { digestOf } from './key-hash.ts';

function twoWorkers() {
  const time = { ms: 1_000_000 };
  const clock = { now: () => time.ms };
  const one = new FetchTurns(clock);
  return { time, one, other: new FetchTurns(clock, one.buffer) };
}

const a = digestOf('a');

describe('who fetches what is being fetched', () => {
  test('is told so, by whichever worker, and told when that is over', async () => {
    const { one, other } = twoWorkers();
    const first = one.begin(a);
    expect([first.isFirst, other.begin(a).isFirst, one.begin(a).isFirst]).toEqual([true, false, false]);
    const over = other.whenOver(a, 10_000);
    first.end(true);
    await over;
    expect(other.begin(a).isFirst).toBe(true);
  });

  test('does not wait for ever for a worker that has died, and takes its place', async () => {
    const { one, other } = twoWorkers();
    one.begin(a);
    await other.whenOver(a, 1);
    const second = other.begin(a);
    expect(second.isFirst).toBe(true);
    // The one that was given up comes back: the place is not its any more.
    expect(one.begin(a).isFirst).toBe(false);
  });

  test('waits for nobody where the last answer was for one client only, for a while', () => {
    const { one, other, time } = twoWorkers();
    one.begin(a).end(false);
    one.begin(a);
    expect(other.begin(a).isFirst).toBe(true);
    time.ms += 11_000;
    expect(other.begin(a).isFirst).toBe(false);
  });

  test('waits for nobody where only the slot is the same', () => {
    const { one, other } = twoWorkers();
    one.begin(a);
    const words = Uint32Array.from(a.words);
    words[6] = ~(words[6] ?? 0);
    expect(other.begin({ bytes: a.bytes, words }).isFirst).toBe(true);
  });
});

test('what was removed while it was fetched is outdated, and what is fetched then is not', () => {
  const { one, other } = twoWorkers();
  const turn = one.begin(a);
  expect(turn.isCurrent()).toBe(true);
  other.noteRemoval(a);
  expect([turn.isCurrent(), one.begin(a).isCurrent()]).toEqual([false, true]);
});

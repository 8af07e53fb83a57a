import { expect, test } from 'vitest';
import { NodeCounters } from './node-counters.ts';

function counters() {
  const clock = { ms: Date.now(), now: () => clock.ms };
  return { clock, counted: new NodeCounters({ clock, slotCount: 64 }) };
}

test('beyond the burst a hit is refused, and takes nothing', () => {
  const { counted } = counters();
  const hits = Array.from({ length: 5 }, () => counted.hitBucket('a', 1, 2, 1));
  expect(hits.map(({ remaining }) => remaining)).toEqual([2, 1, 0, -1, -1]);
});

test('a hit within the burst is told to wait its turn; within the rate there is nothing to wait for', () => {
  const { clock, counted } = counters();
  const delays = Array.from({ length: 3 }, () => counted.hitBucket('a', 10, 5, 1).delaySeconds);
  expect(delays.map((delay) => Math.round(delay * 1000))).toEqual([0, 100, 200]);
  clock.ms += 300;
  expect(counted.hitBucket('a', 10, 5, 1).delaySeconds).toBe(0);
});

test('a bucket refills at its rate, also at thousands per second', () => {
  const { clock, counted } = counters();
  let passed = 0;
  for (let ms = 0; ms < 1000; ms += 1) {
    for (let i = 0; i < 20; i += 1) if (counted.hitBucket('fast', 5000, 0, 1).remaining >= 0) passed += 1;
    clock.ms += 1;
  }
  // One at a time and a clock of whole milliseconds: one hit in each.
  expect(passed).toBe(1000);
  passed = 0;
  for (let ms = 0; ms < 1000; ms += 1) {
    for (let i = 0; i < 20; i += 1) if (counted.hitBucket('burst', 5000, 10, 1).remaining >= 0) passed += 1;
    clock.ms += 1;
  }
  expect(passed).toBeGreaterThanOrEqual(5000);
  expect(passed).toBeLessThanOrEqual(5015);
});

test('a slow bucket does not forget what it owes while time passes', () => {
  const { clock, counted } = counters();
  expect(counted.hitBucket('slow', 1 / 60, 0, 1).remaining).toBe(0);
  clock.ms += 59_000;
  expect(counted.hitBucket('slow', 1 / 60, 0, 1).remaining).toBe(-1);
  clock.ms += 1_000;
  expect(counted.hitBucket('slow', 1 / 60, 0, 1).remaining).toBe(0);
});

test('a sum grows by what is added, never below zero, and is forgotten when its time is over', () => {
  const { clock, counted } = counters();
  expect(counted.read('tokens')).toBe(0);
  expect([counted.add('tokens', 500, 60), counted.add('tokens', 250, 60)]).toEqual([500, 750]);
  expect(counted.add('tokens', -1000, 60)).toBe(0);
  counted.add('tokens', 7, 60);
  expect(counted.read('tokens')).toBe(7);
  clock.ms += 60_000;
  expect(counted.read('tokens')).toBe(0);
});

test('what is cleared begins anew', () => {
  const { counted } = counters();
  counted.clear('none');
  counted.add('failures', 3, 60);
  counted.clear('failures');
  expect([counted.read('failures'), counted.add('failures', 1, 60)]).toEqual([0, 1]);
});

test('windows, buckets and sums of one key do not meet', () => {
  const { counted } = counters();
  counted.add('k', 100, 60);
  expect(counted.hitWindow('k', 2, 60, 1).remaining).toBe(1);
  expect(counted.hitBucket('k', 1, 0, 1).remaining).toBe(0);
  expect(counted.read('k')).toBe(100);
});

test('two counters on one memory count together', () => {
  const { clock, counted } = counters();
  const other = new NodeCounters({ clock, buffer: counted.buffer });
  counted.add('shared', 2, 60);
  expect(other.add('shared', 3, 60)).toBe(5);
  expect(
    [counted.hitBucket('b', 1, 1, 1), other.hitBucket('b', 1, 1, 1), counted.hitBucket('b', 1, 1, 1)].map(
      ({ remaining }) => remaining,
    ),
  ).toEqual([1, 0, -1]);
});

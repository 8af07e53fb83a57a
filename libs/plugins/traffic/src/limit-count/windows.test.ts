import { NodeCounters } from '@sluice/counters';
import { describe, expect, test } from 'vitest';
import type { Demand } from './limits.ts';
import { fixedWindow, slidingWindow } from './windows.ts';

/** Counters whose time a test moves; it begins in the middle of an interval of ten seconds. */
function kitAt(ms = 1_000_005_000) {
  const time = { ms };
  const clock = { now: () => time.ms };
  return { time, clock, counters: new NodeCounters({ clock, slotCount: 1024 }) };
}

const demand = (counter = 'a', count = 2): Demand => {
  return { key: counter, counter, count, seconds: 10, headers: { limit: 'l', remaining: 'm', reset: 's' } };
};

describe('a fixed window', () => {
  test('refuses what goes over the count, and the refused do not count', () => {
    const hit = fixedWindow(kitAt());
    expect([1, 2, 3, 4].map(() => hit(demand()).remaining)).toEqual([1, 0, -1, -1]);
  });

  test('ends its length after its first request, and another begins', () => {
    const kit = kitAt();
    const hit = fixedWindow(kit);
    expect(hit(demand()).resetSeconds).toBe(10);
    kit.time.ms += 9_999;
    expect(hit(demand())).toEqual({ remaining: 0, resetSeconds: 0.001 });
    kit.time.ms += 1;
    expect(hit(demand())).toEqual({ remaining: 1, resetSeconds: 10 });
  });

  test('counts each key by itself', () => {
    const hit = fixedWindow(kitAt());
    hit(demand('a'));
    expect(hit(demand('b')).remaining).toBe(1);
  });
});

describe('a sliding window', () => {
  test('gives no second quota at the turn of the interval', () => {
    const kit = kitAt();
    const hit = slidingWindow(kit);
    for (let i = 0; i < 10; i += 1) hit(demand('a', 10));
    expect(hit(demand('a', 10)).remaining).toBe(-1);
    // The next interval has begun 0.1 s ago: nearly all of the ten are still in sight.
    kit.time.ms += 5_100;
    expect(hit(demand('a', 10)).remaining).toBe(-1);
  });

  test('lets as many in as have moved out of sight', () => {
    const kit = kitAt();
    const hit = slidingWindow(kit);
    for (let i = 0; i < 10; i += 1) hit(demand('a', 10));
    // Half of the next interval is over: half of the ten are still in sight.
    kit.time.ms += 10_000;
    const states = Array.from({ length: 7 }, () => hit(demand('a', 10)));
    expect(states.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, -1, -1]);
    expect(states[0]?.resetSeconds).toBeCloseTo(5);
  });

  test('has forgotten everything two intervals later', () => {
    const kit = kitAt();
    const hit = slidingWindow(kit);
    for (let i = 0; i < 10; i += 1) hit(demand('a', 10));
    kit.time.ms += 15_000;
    expect(hit(demand('a', 10)).remaining).toBe(9);
  });

  test('remembers to the last moment in which it still counts', () => {
    const kit = kitAt();
    const hit = slidingWindow(kit);
    for (let i = 0; i < 10; i += 1) hit(demand('a', 10));
    kit.time.ms += 14_900;
    expect(hit(demand('a', 10)).remaining).toBe(8);
  });
});

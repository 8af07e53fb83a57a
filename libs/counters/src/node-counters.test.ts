import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { HammerOrder } from './fixtures/hammer.ts';
import { NodeCounters } from './node-counters.ts';

function startClock() {
  let now = 1_700_000_000_000;
  return {
    now: () => now,
    advance: (ms: number) => void (now += ms),
  };
}

/** A small generator with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

describe('one window', () => {
  test('a hit over the limit is told so and does not count', () => {
    const counters = new NodeCounters({ clock: startClock(), slotCount: 64 });

    const remaining = [1, 1, 1, 1].map(() => counters.hitWindow('a', 2, 60, 1).remaining);

    expect(remaining).toEqual([1, 0, -1, -1]);
  });

  test('a hit that costs more than what is left does not use up what is left', () => {
    const counters = new NodeCounters({ clock: startClock(), slotCount: 64 });

    expect(counters.hitWindow('a', 10, 60, 8).remaining).toBe(2);
    expect(counters.hitWindow('a', 10, 60, 3).remaining).toBe(-1);
    expect(counters.hitWindow('a', 10, 60, 2).remaining).toBe(0);
  });

  test('the window begins with the first hit, and ends on time', () => {
    const clock = startClock();
    const counters = new NodeCounters({ clock, slotCount: 64 });
    clock.advance(12_345);

    expect(counters.hitWindow('a', 1, 60, 1)).toEqual({ remaining: 0, resetSeconds: 60 });
    clock.advance(59_999);
    expect(counters.hitWindow('a', 1, 60, 1)).toEqual({ remaining: -1, resetSeconds: 0.001 });
    clock.advance(1);
    expect(counters.hitWindow('a', 1, 60, 1)).toEqual({ remaining: 0, resetSeconds: 60 });
  });

  test('a raised limit gives the difference and not a new window', () => {
    const counters = new NodeCounters({ clock: startClock(), slotCount: 64 });

    counters.hitWindow('a', 1, 60, 1);

    expect(counters.hitWindow('a', 3, 60, 1).remaining).toBe(1);
  });

  test('a window longer than a lifetime still ends in the future', () => {
    const counters = new NodeCounters({ clock: startClock(), slotCount: 64 });

    expect(counters.hitWindow('a', 1, 1e12, 1).resetSeconds).toBeGreaterThan(1e9);
    expect(counters.hitWindow('a', 1, 1e12, 1).remaining).toBe(-1);
  });
});

test('a full table gives up the window that ends first, counts it, and stays as large as it was', () => {
  const counters = new NodeCounters({ clock: startClock(), slotCount: 16 });
  for (let i = 0; i < 16; i += 1) counters.hitWindow(`long ${i}`, 10, i === 7 ? 10 : 100, 5);

  expect(counters.hitWindow('one more', 10, 100, 1).remaining).toBe(9);

  expect(counters.evictions).toBe(1);
  expect(counters.hitWindow('long 3', 10, 100, 0).remaining).toBe(5);
  expect(counters.hitWindow('one more', 10, 100, 0).remaining).toBe(9);
});

test('windows that are over make room without an eviction', () => {
  const clock = startClock();
  const counters = new NodeCounters({ clock, slotCount: 16 });

  for (let i = 0; i < 10_000; i += 1) {
    expect(counters.hitWindow(`key ${i}`, 1, 1, 1).remaining).toBe(0);
    clock.advance(100);
  }

  expect(counters.evictions).toBe(0);
});

test.each([1, 2, 3, 4, 5])('any sequence of hits counts like a plain map (seed %i)', (seed) => {
  const random = randomFrom(seed);
  const clock = startClock();
  const counters = new NodeCounters({ clock, slotCount: 4_096 });
  const model = new Map<string, { end: number; hits: number }>();

  for (let i = 0; i < 20_000; i += 1) {
    clock.advance(random(50));
    const [key, limit, seconds, cost] = [`key ${random(200)}`, 1 + random(40), 1 + random(5), random(4)];
    const known = model.get(key);
    const window = known && known.end > clock.now() ? known : { end: clock.now() + seconds * 1_000, hits: 0 };
    model.set(key, window);
    const remaining = limit - window.hits - cost;
    if (remaining >= 0) window.hits += cost;
    const expected = { remaining, resetSeconds: (window.end - clock.now()) / 1_000 };
    expect(counters.hitWindow(key, limit, seconds, cost), `step ${i}`).toEqual(expected);
  }
});

test.each([
  { what: 'one key over and over', hits: 200_000, keys: 1, limit: 300_000, expected: 300_000 },
  { what: 'keys that nobody has used yet', hits: 20_000, keys: 20_000, limit: 1, expected: 20_000 },
])('two workers at the same moment pass exactly the limit between them: $what', async ({ expected, ...order }) => {
  const { buffer } = new NodeCounters({ clock: { now: () => 0 } });
  const workers = 2;
  const workerData: HammerOrder = { buffer, gate: new SharedArrayBuffer(4), workers, ...order };

  const passed = await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = new Worker(new URL('./fixtures/hammer.ts', import.meta.url), { workerData });
      const [count] = (await once(worker, 'message')) as [number];
      await worker.terminate();
      return count;
    }),
  );

  expect(passed.reduce((sum, count) => sum + count, 0)).toBe(expected);
});

import { openRedis } from '@sluice/redis';
import { capturedLog, seededRandom, startRedis, type TestRedis } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NodeCounters } from './node-counters.ts';
import { RedisConcurrency } from './redis-concurrency.ts';
import { RedisCounters } from './redis-counters.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.say('FLUSHALL'));

/** As a data plane of its own. */
function opened() {
  const redis = openRedis(
    { mode: 'single', host: server.host, port: server.port, database: 0, timeoutMs: 500 },
    capturedLog(),
  );
  return { redis, counters: new RedisCounters(redis), [Symbol.dispose]: () => redis.close() };
}

const many = Array.from({ length: 64 }, (_, i) => i);
const passed = (states: readonly { remaining: number }[]) => states.filter(({ remaining }) => remaining >= 0).length;

describe.each(['fixed', 'sliding'] as const)('a %s window', (kind) => {
  test('lets exactly as many pass as it may, however many come at once from several data planes', async () => {
    using one = opened();
    using two = opened();
    const hits = many.map((i) => (i % 2 ? one : two).counters.hitWindow(kind, 'a', 20, 3_600, 1));
    expect(passed(await Promise.all(hits))).toBe(20);
  });

  test('does not count what is refused, nor a hit that costs nothing', async () => {
    using one = opened();
    const remaining = async (cost: number) => (await one.counters.hitWindow(kind, 'a', 10, 3_600, cost)).remaining;
    expect([
      await remaining(8),
      await remaining(3),
      await remaining(0),
      await remaining(2),
      await remaining(1),
    ]).toEqual([2, -1, 2, 0, -1]);
  });

  test('takes hits that have passed already, and answers what all data planes have counted', async () => {
    using one = opened();
    const { id } = await one.counters.hitWindow(kind, 'a', 10, 60, 1);
    const window = await one.counters.addToWindow(kind, 'a', id, 60, 20);
    expect([window?.id, window?.used]).toEqual([id, 21]);
    expect(await one.counters.addToWindow(kind, 'a', id - 60_000, 60, 20)).toBeUndefined();
  });

  test('is forgotten by Redis when it is over', async () => {
    using one = opened();
    await one.counters.hitWindow(kind, 'a', 10, 0.05, 1);
    await expect.poll(() => server.say('DBSIZE'), patience).toBe('0\n');
  });

  test('may be longer than a lifetime', async () => {
    using one = opened();
    expect((await one.counters.hitWindow(kind, 'a', 2 ** 50, 1e12, 1)).remaining).toBe(2 ** 50 - 1);
    expect((await one.counters.hitWindow(kind, 'a', 2 ** 50, 1e12, 1)).remaining).toBe(2 ** 50 - 2);
  });
});

test.each([1, 2, 3])('any sequence of hits counts as on a data plane alone (seed %i)', async (seed) => {
  using one = opened();
  const random = seededRandom(seed);
  const alone = new NodeCounters({ clock: { now: () => 0 }, slotCount: 4096 });
  const hits = Array.from({ length: 2_000 }, () => {
    return { key: `key ${random.below(20)}`, limit: 1 + random.below(40), cost: random.below(4) };
  });
  // Sent at once, they arrive in their order.
  const together = hits.map(({ key, limit, cost }) => one.counters.hitWindow('fixed', key, limit, 600, cost));
  const expected = hits.map(({ key, limit, cost }) => alone.hitWindow(key, limit, 600, cost).remaining);
  expect((await Promise.all(together)).map(({ remaining }) => remaining)).toEqual(expected);
});

test('a fixed window ends its length after its first hit', async () => {
  using one = opened();
  const first = await one.counters.hitWindow('fixed', 'a', 2, 60, 1);
  expect(first).toMatchObject({ resetSeconds: 60, used: 1 });
  const second = await one.counters.hitWindow('fixed', 'a', 2, 60, 1);
  expect(second.id).toBe(first.id);
  await one.counters.hitWindow('fixed', 'b', 1, 0.05, 1);
  await expect.poll(async () => (await one.counters.hitWindow('fixed', 'b', 1, 0.05, 1)).remaining, patience).toBe(0);
});

test('a sliding window sees the share of the interval before that is still in sight', async () => {
  using one = opened();
  const [ms, hits] = [60_000, 40];
  const interval = Math.floor(Date.now() / ms);
  await server.say('HSET', 'sluice:sliding:a', 'i', String(interval - 1), 'n', String(hits), 'p', '7');
  const { remaining, resetSeconds, before } = await one.counters.hitWindow('sliding', 'a', 100, ms / 1000, 0);
  expect([remaining, before]).toEqual([100 - Math.ceil(hits * (resetSeconds / 60)), hits]);
});

test('a bucket passes what is due and its burst, tells how long to wait, and refills', async () => {
  using one = opened();
  const states = await Promise.all(many.map(() => one.counters.hitBucket('a', 0.1, 4, 1)));
  expect(passed(states)).toBe(5);
  expect(Math.round(states[1]?.delaySeconds ?? 0)).toBe(10);
  expect((await one.counters.hitBucket('a', 0.1, 4, 0)).remaining).toBeLessThan(1);
  await expect.poll(async () => (await one.counters.hitBucket('b', 50, 0, 1)).remaining, patience).toBe(0);
});

test('keys that clients made long stay short in Redis, and apart', async () => {
  using one = opened();
  const long = 'x'.repeat(10_000);
  await one.counters.hitWindow('fixed', `${long}1`, 1, 60, 1);
  expect((await one.counters.hitWindow('fixed', `${long}2`, 1, 60, 1)).remaining).toBe(0);
  expect((await server.say('KEYS', '*')).length).toBeLessThan(200);
});

describe('what is under way', () => {
  test('never is more than it may be, and what left makes room', async () => {
    using one = opened();
    const places = new RedisConcurrency(one.redis, 60);
    const entries = await Promise.all(many.map(() => places.enter('a', 5)));
    const counted = entries.flatMap(({ entry }) => entry ?? []);
    expect([counted.length, await places.count('a')]).toEqual([5, 5]);
    for (const entry of counted.slice(1)) places.leave(entry);
    await places.close();
    expect([await places.count('a'), (await places.enter('a', 5)).count]).toEqual([1, 2]);
  });

  test('of a data plane that was killed is forgotten, and what is renewed is not', async () => {
    using one = opened();
    using two = opened();
    const [killed, alive] = [new RedisConcurrency(one.redis, 0.1), new RedisConcurrency(two.redis, 60)];
    await killed.enter('a', 5);
    const { entry } = await alive.enter('a', 5);
    expect(entry).toBeDefined();
    // As if its lease had nearly run out.
    await server.say('ZADD', 'sluice:conn:a', String(Date.now() + 100), entry?.who ?? '');
    await alive.renew();
    await expect.poll(() => alive.count('a'), patience).toBe(1);
  });

  test('counts no longer than it may', async () => {
    using one = opened();
    const places = new RedisConcurrency(one.redis, 0.05);
    await places.enter('a', 5);
    await expect.poll(() => places.count('a'), patience).toBe(0);
    await places.renew();
    expect(await places.count('a')).toBe(0);
  });
});

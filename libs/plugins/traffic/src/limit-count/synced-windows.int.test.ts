import { freePort, startRedis } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { redisOfTests } from '../shared/fixtures/redis-of-tests.ts';
import { passed, startPlanes } from '../shared/fixtures/start-planes.ts';
import { plugins, quotaOf } from './fixtures/start-limited.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

const server = redisOfTests();

const start = (config: object = {}) => {
  const limit = { count: 10, time_window: 3_600, policy: 'redis', redis_host: '127.0.0.1', redis_port: server().port };
  return startPlanes(plugins, 'limit-count', { ...limit, sync_interval: 0.1, ...config });
};
/** What Redis was asked to do by scripts. */
const scripts = async () =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server().say('INFO', 'commandstats'))?.[1] ?? 0);
const leftOf = async (plane: Awaited<ReturnType<typeof start>>['one']) => Number(quotaOf(await plane.get('/'))[1]);

describe.each(['fixed', 'sliding'])('a %s window that is synchronised from time to time', (window_type) => {
  test('is counted exactly by one data plane, which asks Redis once for many requests', async () => {
    await using planes = await start({ window_type, count: 100, sync_interval: 30 });
    await planes.one.get('/');
    const before = await scripts();
    const answers = await Promise.all(Array.from({ length: 128 }, () => planes.one.get('/')));
    expect(passed(answers.map(({ statusCode }) => statusCode))).toBe(99);
    expect(await scripts()).toBe(before);
    expect(quotaOf(await planes.one.get('/')).slice(0, 2)).toEqual(['100', '0']);
  });

  test('is known to the other data planes after the next synchronisation', async () => {
    await using planes = await start({ window_type, count: 1_000 });
    expect([await leftOf(planes.one), await leftOf(planes.two)]).toEqual([999, 998]);
    for (let i = 0; i < 20; i += 1) await planes.one.get('/');
    await expect.poll(() => leftOf(planes.two), patience).toBeLessThan(980);
    await expect.poll(() => leftOf(planes.one), patience).toBeLessThan(978);
  });

  test('never lets more pass than each data plane alone would', async () => {
    await using planes = await start({ window_type });
    await planes.atOnce(2);
    expect(passed(await planes.atOnce(100))).toBeLessThanOrEqual(18);
    await expect.poll(() => leftOf(planes.two), patience).toBe(0);
    expect(passed(await planes.atOnce(20))).toBe(0);
  });

  test('is counted by each data plane alone where Redis is not there', async () => {
    await using planes = await start({ window_type, redis_port: await freePort() });
    expect([await leftOf(planes.one), await leftOf(planes.one), await leftOf(planes.two)]).toEqual([9, 8, 9]);
    expect(passed(await planes.atOnce(64))).toBe(17);
  });

  test('goes on while Redis is away, and tells it later what has passed', async () => {
    await using own = await startRedis();
    await using planes = await start({ window_type, redis_port: own.port, count: 100 });
    await planes.one.get('/');
    await own.pause();
    for (let i = 0; i < 9; i += 1) expect((await planes.one.get('/')).statusCode).toBe(200);
    await own.resume();
    await expect.poll(() => leftOf(planes.two), patience).toBeLessThan(91);
  });
});

test('what was counted last is told when the limit goes', async () => {
  await using planes = await start({ sync_interval: 30 });
  for (let i = 0; i < 4; i += 1) await planes.one.get('/');
  const value = { uri: '/*', upstream: { nodes: { [planes.upstream.node]: 1 } } };
  planes.one.apply({ kind: 'route', id: '1', value });
  await planes.one.get('/');
  await expect
    .poll(async () => server().say('HGET', (await server().say('KEYS', '*')).trim(), 'n'), patience)
    .toBe('4\n');
});

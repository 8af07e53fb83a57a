import { freePort, startRedis, startRedisCluster, startRedisSentinel } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { redisOfTests } from '../shared/fixtures/redis-of-tests.ts';
import { passed, startPlanes } from '../shared/fixtures/start-planes.ts';
import { plugins, quotaOf } from './fixtures/start-limited.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

const server = redisOfTests();

const ten = { count: 10, time_window: 3_600, policy: 'redis', redis_host: '127.0.0.1' };
const startLimits = (config: object, others?: object) =>
  startPlanes(plugins, 'limit-count', { ...ten, redis_port: server().port, ...config }, others);

describe('while Redis is away', () => {
  test('requests are refused as not countable', async () => {
    await using planes = await startLimits({ redis_port: await freePort() });
    const { statusCode, body } = await planes.one.get('/');
    expect([statusCode, body]).toEqual([500, '{"error_msg":"failed to limit count"}\n']);
    expect(planes.upstream.requests).toHaveLength(0);
  });

  test('requests pass where counting may fail, without a quota that nobody knows', async () => {
    await using planes = await startLimits({ redis_port: await freePort(), allow_degradation: true });
    const answer = await planes.one.get('/');
    expect([answer.statusCode, quotaOf(answer)]).toEqual([200, [undefined, undefined, undefined]]);
    expect(planes.one.engine.metrics.render()).toContain('limit_uncounted_total{plugin="limit-count"} 1');
  });

  test('nothing of its password is in the log', async () => {
    await using planes = await startLimits({ redis_password: 'a-secret', redis_username: 'somebody' });
    expect((await planes.one.get('/')).statusCode).toBe(500);
    expect(planes.one.log.lines).not.toEqual([]);
    expect(JSON.stringify(planes.one.log.lines)).not.toContain('secret');
  });

  test('and dies under traffic, every request is answered all the same, and counted again when it is back', async () => {
    await using own = await startRedis();
    await using planes = await startLimits({ redis_port: own.port, count: 1_000_000 });
    let isOver = false;
    const seen = new Set<number>();
    const clients = Array.from({ length: 16 }, async (_, i) => {
      while (!isOver) seen.add((await (i % 2 ? planes.one : planes.two).get('/')).statusCode);
    });
    await expect.poll(() => [...seen], patience).toEqual([200]);
    await own.kill();
    await expect.poll(() => [...seen], patience).toEqual([200, 500]);
    await own.restart();
    seen.clear();
    await expect.poll(() => seen.has(200), patience).toBe(true);
    isOver = true;
    await Promise.all(clients);
    expect([200, 500]).toEqual(expect.arrayContaining([...seen]));
  });

  test('and hangs, one patience is lost, and not one for each request', async () => {
    await using own = await startRedis();
    await using planes = await startLimits({ redis_port: own.port, redis_timeout: 300, allow_degradation: true });
    await planes.one.get('/');
    await own.pause();
    // Were each of them to wait, they would wait for a minute.
    for (let i = 0; i < 200; i += 1) expect((await planes.one.get('/')).statusCode).toBe(200);
    await own.resume();
    await expect.poll(async () => quotaOf(await planes.one.get('/'))[0], patience).toBe('10');
  });
});

describe('two data planes together', () => {
  test.each(['fixed', 'sliding'])('let exactly the limit pass in a %s window, and refuse the rest', async (kind) => {
    await using planes = await startLimits({ window_type: kind, rejected_code: 429, rejected_msg: 'Enough.' });
    expect(passed(await planes.atOnce(64))).toBe(10);
    expect(planes.upstream.requests).toHaveLength(10);
    const refused = await planes.one.get('/');
    expect([refused.statusCode, refused.body]).toEqual([429, '{"error_msg":"Enough."}\n']);
    expect(quotaOf(refused).slice(0, 2)).toEqual(['10', '0']);
    expect(Number(quotaOf(refused)[2])).toBeGreaterThan(0);
  });

  test('keep all rules, each by its own key', async () => {
    const rules = [
      { key: '$http_user', count: 3, time_window: 3_600 },
      { key: '$http_tenant', count: '${http_quota ?? 5}', time_window: 3_600 },
    ];
    await using planes = await startPlanes(plugins, 'limit-count', {
      rules,
      policy: 'redis',
      redis_host: '127.0.0.1',
      redis_port: server().port,
    });
    expect(passed(await planes.atOnce(16, { user: 'ann', tenant: 't' }))).toBe(3);
    expect(passed(await planes.atOnce(16, { user: 'bob', tenant: 't', quota: '4' }))).toBe(1);
    expect((await planes.one.get('/')).statusCode).toBe(500);
  });

  test('count a group once, and go on when only the way to Redis changes', async () => {
    await using planes = await startLimits({ group: 'all', count: 3 });
    expect(passed(await planes.atOnce(8))).toBe(3);
    const config = { ...ten, redis_port: server().port, redis_timeout: 2_000, group: 'all', count: 3 };
    const value = { uri: '/*', upstream: { nodes: { [planes.upstream.node]: 1 } }, plugins: { 'limit-count': config } };
    planes.one.apply({ kind: 'route', id: 'other', value: { ...value, uri: '/other' } });
    expect((await planes.one.get('/other')).statusCode).toBe(503);
  });

  test('count apart where they belong to two gateway groups, also by the same route and the same Redis', async () => {
    const config = { ...ten, redis_port: server().port };
    await using planes = await startPlanes(plugins, 'limit-count', config, {}, ['staging', 'production']);
    expect(passed(await planes.atOnce(64))).toBe(20);
  });

  test('ask a cluster', async () => {
    await using cluster = await startRedisCluster();
    const where = { policy: 'redis-cluster', redis_cluster_name: 'c', redis_cluster_nodes: cluster.nodes };
    await using planes = await startLimits({ ...where, key: 'http_user' });
    expect(passed(await planes.atOnce(32, { user: 'ann' }))).toBe(10);
    expect(passed(await planes.atOnce(32, { user: 'bob}{' }))).toBe(10);
  });

  test('follow the master that sentinels name', async () => {
    await using watched = await startRedisSentinel();
    const redis_sentinels = [{ host: '127.0.0.1', port: watched.sentinel.port }];
    const where = { policy: 'redis-sentinel', redis_master_name: watched.masterName, redis_sentinels };
    await using planes = await startLimits(where);
    expect(passed(await planes.atOnce(32))).toBe(10);
    await watched.servers[0].kill();
    await expect.poll(() => planes.atOnce(2), patience).not.toContain(500);
  });
});

test('a request is explained by what Redis knows, and explaining takes nothing', async () => {
  await using planes = await startLimits({ count: 1 });
  const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
  const explained = async () => (await planes.one.engine.explain(request)).answer.status;
  expect([await explained(), await explained()]).toEqual([200, 200]);
  expect((await planes.two.get('/')).statusCode).toBe(200);
  expect(await explained()).toBe(503);
});

test('a limit that is gone keeps no connection', async () => {
  await using planes = await startLimits({});
  await planes.one.get('/');
  const connections = async () => (await server().say('CLIENT', 'LIST')).trim().split('\n').length - 1;
  expect(await connections()).toBe(1);
  const value = { uri: '/*', upstream: { nodes: { [planes.upstream.node]: 1 } } };
  planes.one.apply({ kind: 'route', id: '1', value });
  await planes.one.get('/');
  await expect.poll(connections, patience).toBe(0);
});

import { request as httpRequest } from 'node:http';
import { freePort, startRedisCluster } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { redisOfTests } from '../shared/fixtures/redis-of-tests.ts';
import { passed, startPlanes } from '../shared/fixtures/start-planes.ts';
import { limitConn } from './plugin.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

const server = redisOfTests();

const three = {
  conn: 3,
  burst: 0,
  default_conn_delay: 0.1,
  key: 'remote_addr',
  policy: 'redis',
  redis_host: '127.0.0.1',
};
const start = (config: object = {}) =>
  startPlanes([limitConn], 'limit-conn', { ...three, redis_port: server().port, ...config });
const hold = { 'x-hold': 'yes' };

/** Begins so many requests, and waits until the upstream holds as many as may pass and the others are refused. */
async function begin(planes: Awaited<ReturnType<typeof start>>, count: number, held: number) {
  const statuses: number[] = [];
  const ended = Array.from({ length: count }, async (_, i) => {
    statuses.push((await (i % 2 ? planes.one : planes.two).get('/', hold)).statusCode);
  });
  await expect.poll(() => [planes.upstream.requests.length, statuses.length], patience).toEqual([held, count - held]);
  return { statuses: Promise.all(ended).then(() => statuses) };
}

test('while Redis is away requests are refused, or pass where counting may fail', async () => {
  const redis_port = await freePort();
  await using strict = await start({ redis_port });
  await using lenient = await start({ redis_port, allow_degradation: true });
  expect([...(await strict.atOnce(2)), ...(await lenient.atOnce(2))]).toEqual([500, 500, 200, 200]);
  expect(lenient.one.engine.metrics.render()).toContain('limit_uncounted_total{plugin="limit-conn"} 1');
});

describe('two data planes together', () => {
  test('let exactly as many be under way as may be, and the next ones when those are over', async () => {
    await using planes = await start();
    const { statuses } = await begin(planes, 64, 3);
    await expect.poll(async () => (await planes.one.get('/')).statusCode, patience).toBe(503);
    planes.answer();
    expect(passed(await statuses)).toBe(3);
    await expect.poll(async () => passed([(await planes.one.get('/')).statusCode]), patience).toBe(1);
  });

  test('keep all rules, and a refusal by one of them counts in none', async () => {
    const rules = [
      { conn: 3, burst: 0, key: '$http_user' },
      { conn: 1, burst: 0, key: '$http_project' },
    ];
    await using planes = await startPlanes([limitConn], 'limit-conn', {
      default_conn_delay: 0.1,
      rules,
      policy: 'redis',
      redis_host: '127.0.0.1',
      redis_port: server().port,
    });
    const first = planes.one.get('/', { ...hold, user: 'ann', project: 'p' });
    await expect.poll(() => planes.upstream.requests.length, patience).toBe(1);
    for (let i = 0; i < 5; i += 1) {
      expect((await planes.two.get('/', { user: 'ann', project: 'p' })).statusCode).toBe(503);
    }
    const seen: number[] = [];
    const others = Array.from({ length: 3 }, async () => {
      seen.push((await planes.two.get('/', { ...hold, user: 'ann' })).statusCode);
    });
    await expect.poll(() => [planes.upstream.requests.length, ...seen], patience).toEqual([3, 503]);
    planes.answer();
    await Promise.all(others);
    expect([(await first).statusCode, ...seen].toSorted()).toEqual([200, 200, 200, 503]);
  });

  test('count in a cluster', async () => {
    await using cluster = await startRedisCluster();
    const where = { policy: 'redis-cluster', redis_cluster_name: 'c', redis_cluster_nodes: cluster.nodes };
    await using planes = await start(where);
    const { statuses } = await begin(planes, 16, 3);
    planes.answer();
    expect(passed(await statuses)).toBe(3);
  });
});

test('a request whose client has gone counts no longer', async () => {
  await using planes = await start({ conn: 1 });
  const req = httpRequest(planes.one.url, { headers: { ...hold, connection: 'close' } });
  req.on('error', () => {});
  req.end();
  await expect.poll(() => planes.upstream.requests.length, patience).toBe(1);
  expect((await planes.two.get('/')).statusCode).toBe(503);
  req.destroy();
  await expect.poll(async () => (await planes.two.get('/')).statusCode, patience).toBe(200);
});

test('a request whose client goes while Redis is asked is not counted', async () => {
  await using planes = await start({ conn: 1 });
  await planes.one.get('/');
  await server().say('CLIENT', 'PAUSE', '100');
  const req = httpRequest(planes.one.url, { headers: { connection: 'close' } });
  req.on('error', () => {});
  req.end();
  await expect.poll(() => planes.one.engine.openRequests, patience).toBe(1);
  req.destroy();
  await expect.poll(async () => (await planes.two.get('/')).statusCode, patience).toBe(200);
  expect(await server().say('DBSIZE')).toBe('0\n');
});

test('a request of the burst waits as long as its place in the line says', async () => {
  await using planes = await start({ conn: 1, burst: 1, default_conn_delay: 0.2, only_use_default_delay: true });
  const { statuses } = await begin(planes, 1, 1);
  const began = performance.now();
  expect((await planes.one.get('/')).statusCode).toBe(200);
  expect(performance.now() - began).toBeGreaterThanOrEqual(190);
  planes.answer();
  await statuses;
});

test('a request is explained, and explaining counts nothing', async () => {
  await using planes = await start({ conn: 1 });
  const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
  const explained = async () => (await planes.one.engine.explain(request)).answer.status;
  expect([await explained(), await explained()]).toEqual([200, 200]);
  const { statuses } = await begin(planes, 1, 1);
  expect(await explained()).toBe(503);
  planes.answer();
  await statuses;
});

import { freePort, startRedisCluster } from '@sluice/testing';
import { expect, test } from 'vitest';
import { redisOfTests } from '../shared/fixtures/redis-of-tests.ts';
import { passed, startPlanes } from '../shared/fixtures/start-planes.ts';
import { limitReq } from './plugin.ts';

const server = redisOfTests();

const slow = { rate: 0.1, burst: 4, nodelay: true, key: 'remote_addr', policy: 'redis', redis_host: '127.0.0.1' };
const start = (config: object) =>
  startPlanes([limitReq], 'limit-req', { ...slow, redis_port: server().port, ...config });

test('while Redis is away requests are refused, or pass where counting may fail', async () => {
  const redis_port = await freePort();
  await using strict = await start({ redis_port });
  await using lenient = await start({ redis_port, allow_degradation: true });
  expect([...(await strict.atOnce(2)), ...(await lenient.atOnce(2))]).toEqual([500, 500, 200, 200]);
  expect(lenient.one.engine.metrics.render()).toContain('limit_uncounted_total{plugin="limit-req"} 1');
});

test('two data planes together let exactly the rate and its burst pass', async () => {
  await using planes = await start({ rejected_code: 429 });
  const statuses = await planes.atOnce(64);
  expect([passed(statuses), new Set(statuses)]).toEqual([5, new Set([200, 429])]);
  expect(planes.upstream.requests).toHaveLength(5);
});

test('a request of the burst waits for its turn behind those of the other data plane', async () => {
  await using planes = await start({ rate: 20, nodelay: false });
  const began = performance.now();
  expect(passed(await planes.atOnce(5))).toBe(5);
  expect(performance.now() - began).toBeGreaterThanOrEqual(190);
});

test('a cluster counts as one server does', async () => {
  await using cluster = await startRedisCluster();
  const where = { policy: 'redis-cluster', redis_cluster_name: 'c', redis_cluster_nodes: cluster.nodes.slice(0, 1) };
  await using planes = await start({ ...where, key: 'http_user' });
  expect(passed(await planes.atOnce(32, { user: 'ann' }))).toBe(5);
  expect(passed(await planes.atOnce(32, { user: 'bob' }))).toBe(5);
});

test('a request is explained, and explaining takes nothing', async () => {
  await using planes = await start({ burst: 0 });
  const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
  const explained = async () => (await planes.one.engine.explain(request)).answer.status;
  expect([await explained(), await explained()]).toEqual([200, 200]);
  expect((await planes.two.get('/')).statusCode).toBe(200);
  expect(await explained()).toBe(503);
});

import { Agent, request as httpRequest } from 'node:http';
import { startRedis, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { type Place, placeWith, startDataPlane } from './fixtures/start-data-plane.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

/** Longer than any of these tests. */
const window = { time_window: 3_600 };
/** A connection for each request: the kernel spreads them over the workers. */
const alone = new Agent({ keepAlive: false });

function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const req = httpRequest({ port, host: '127.0.0.1', path, agent: alone }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode ?? 0));
    });
    req.on('error', reject).end();
  });
}

/** Statuses of 64 clients, each of which asks several times, at the same time. */
async function crowd(places: readonly Place[], path: string, each = 4): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  const clients = Array.from({ length: 64 }, async (_, i) => {
    for (let n = 0; n < each; n += 1) {
      const status = await statusOf(places[i % places.length]?.port ?? 0, path);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
  });
  await Promise.all(clients);
  return seen;
}

const counted = (passed: number, refused = 503) =>
  sorted(
    new Map([
      [200, passed],
      [refused, 256 - passed],
    ]),
  );
const sorted = (seen: Map<number, number>) => new Map([...seen].toSorted());

describe('as many as may pass do, and not one more,', () => {
  test('across the workers of a data plane', { timeout: 60_000 }, async () => {
    await using upstream = await startUpstream();
    const to = (uri: string, plugins: object) => ({ uri, upstream: { nodes: { [upstream.node]: 1 } }, plugins });
    await using place = await placeWith({
      fixed: to('/fixed', { 'limit-count': { count: 100, ...window } }),
      sliding: to('/sliding', { 'limit-count': { count: 100, ...window, window_type: 'sliding' } }),
      bucket: to('/bucket', { 'limit-req': { rate: 0.001, burst: 99, nodelay: true, key: 'remote_addr' } }),
    });
    await using plane = startDataPlane(place);
    await plane.ready();
    for (const path of ['/fixed', '/sliding', '/bucket']) {
      expect(sorted(await crowd([place], path)), path).toEqual(counted(100));
    }
  });

  test('across data planes that share a Redis, which may come and go', { timeout: 60_000 }, async () => {
    await using upstream = await startUpstream();
    await using redis = await startRedis();
    const where = { policy: 'redis', redis_host: '127.0.0.1', redis_port: redis.port, redis_timeout: 2_000 };
    const limits = {
      fixed: { 'limit-count': { count: 100, ...window, ...where } },
      sliding: { 'limit-count': { count: 100, ...window, window_type: 'sliding', ...where } },
      bucket: { 'limit-req': { rate: 0.001, burst: 99, nodelay: true, key: 'remote_addr', ...where } },
      lenient: { 'limit-count': { count: 100, ...window, ...where, allow_degradation: true } },
    };
    const routes = Object.fromEntries(
      Object.entries(limits).map(([id, plugins]) => {
        return [id, { uri: `/${id}`, upstream: { nodes: { [upstream.node]: 1 } }, plugins }];
      }),
    );
    await using first = await placeWith(routes);
    await using second = await placeWith(routes);
    await using one = startDataPlane(first);
    await using two = startDataPlane(second);
    await Promise.all([one.ready(), two.ready()]);
    const places = [first, second];
    for (const path of ['/fixed', '/sliding', '/bucket']) {
      expect(sorted(await crowd(places, path)), path).toEqual(counted(100));
    }

    await redis.kill();
    expect(await crowd(places, '/fixed')).toEqual(new Map([[500, 256]]));
    expect(await crowd(places, '/lenient')).toEqual(new Map([[200, 256]]));

    await redis.restart();
    await expect.poll(async () => (await crowd(places, '/bucket', 1)).has(500), patience).toBe(false);
    await redis.say('FLUSHALL');
    expect(sorted(await crowd(places, '/fixed'))).toEqual(counted(100));
  });
});

test('what a killed data plane had under way is held in Redis for half a minute, and not for an hour', async () => {
  await using upstream = await startUpstream(() => {});
  await using redis = await startRedis();
  const conn = { conn: 5, burst: 0, default_conn_delay: 0.1, key: 'remote_addr', policy: 'redis' };
  const plugins = { 'limit-conn': { ...conn, redis_host: redis.host, redis_port: redis.port } };
  await using place = await placeWith({ held: { uri: '/', upstream: { nodes: { [upstream.node]: 1 } }, plugins } });
  await using plane = startDataPlane(place);
  await plane.ready();
  const requests = Array.from({ length: 3 }, () => statusOf(place.port, '/').catch(() => 0));
  await expect.poll(() => upstream.requests.length, patience).toBe(3);
  plane.child.kill('SIGKILL');
  await plane.exited;
  expect(await Promise.all(requests)).toEqual([0, 0, 0]);

  const key = (await redis.say('KEYS', '*')).trim();
  const until = (await redis.say('ZRANGE', key, '0', '-1', 'WITHSCORES'))
    .split('\n')
    .filter((line) => /^\d+$/.test(line));
  expect(until).toHaveLength(3);
  for (const ms of until) expect(Number(ms) - Date.now()).toBeLessThanOrEqual(30_000);
});

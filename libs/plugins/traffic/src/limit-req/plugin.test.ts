import { ending, startGateway, startUpstream, type TestResponse } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { limitReq } from './plugin.ts';

/** A limited gateway whose clock stands still until a test moves it. */
async function start(config: object) {
  const upstream = await startUpstream();
  const time = { ms: 1_000_000_000_000 };
  const plugins = { 'limit-req': { key: 'remote_addr', ...config } };
  const route = { uri: '/*', upstream: upstream.url, plugins };
  const gateway = await startGateway([limitReq], route, { clock: { now: () => time.ms } });
  return ending(
    {
      time,
      gateway,
      upstream,
      async statuses(...requests: readonly Record<string, string>[]) {
        const seen: number[] = [];
        for (const headers of requests) seen.push((await gateway.get('/', headers)).statusCode);
        return seen;
      },
    },
    gateway,
    upstream,
  );
}

const passed = (answers: readonly TestResponse[]) => answers.filter(({ statusCode }) => statusCode === 200).length;
const steady = { rate: 1, burst: 0 };

describe('a request that comes too fast', () => {
  test('is refused with the page of a 503, and the upstream never hears of it', async () => {
    await using limited = await start(steady);
    await limited.gateway.get('/');
    const refused = await limited.gateway.get('/');
    expect([refused.statusCode, limited.upstream.requests.length]).toEqual([503, 1]);
    expect(refused.body).toContain('503 Service Temporarily Unavailable');
  });

  test('is refused with the status and the message that are configured', async () => {
    await using limited = await start({ ...steady, rejected_code: 429, rejected_msg: 'Slow down.' });
    await limited.gateway.get('/');
    const refused = await limited.gateway.get('/');
    expect([refused.statusCode, refused.body]).toEqual([429, '{"error_msg":"Slow down."}\n']);
  });

  test('is refused by one of many at once, exactly', async () => {
    await using limited = await start({ rate: 1, burst: 19, nodelay: true });
    expect(passed(await Promise.all(Array.from({ length: 64 }, () => limited.gateway.get('/'))))).toBe(20);
  });

  test('passes again at the rate, however many were refused in between', async () => {
    await using limited = await start({ rate: 4, burst: 0 });
    expect(await limited.statuses({}, {}, {})).toEqual([200, 503, 503]);
    limited.time.ms += 249;
    expect(await limited.statuses({})).toEqual([503]);
    limited.time.ms += 1;
    expect(await limited.statuses({}, {})).toEqual([200, 503]);
  });

  test('waits for its turn within the burst, and keeps the rate so', async () => {
    await using limited = await start({ rate: 50, burst: 2 });
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 4 }, () => limited.gateway.get('/')));
    expect(passed(answers)).toBe(3);
    expect(performance.now() - began).toBeGreaterThanOrEqual(39);
  });

  test('is explained as refused, and explaining takes nothing', async () => {
    await using limited = await start(steady);
    const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
    const explained = async () => (await limited.gateway.engine.explain(request)).answer.status;
    expect([await explained(), await explained()]).toEqual([200, 200]);
    expect(await limited.statuses({})).toEqual([200]);
    expect(await explained()).toBe(503);
  });
});

describe('a rate belongs to', () => {
  test('a client address, where a request has no key of its own', async () => {
    await using limited = await start({ ...steady, key: 'http_x_tenant' });
    expect(await limited.statuses({}, {}, { 'x-tenant': 'a' })).toEqual([200, 503, 200]);
  });

  test('a combination of variables', async () => {
    await using limited = await start({ ...steady, key: '$http_a $http_b', key_type: 'var_combination' });
    const [first, second] = [{ a: '1' }, { a: '2' }];
    expect(await limited.statuses(first, first, second, {}, {})).toEqual([200, 503, 200, 200, 503]);
  });

  test('one configuration: a change of it begins anew, a change beside it does not', async () => {
    await using limited = await start(steady);
    const change = (config: object, others: object = {}) =>
      limited.gateway.apply({
        kind: 'route',
        id: '1',
        value: {
          uri: '/*',
          ...others,
          upstream: { nodes: { [limited.upstream.node]: 1 } },
          plugins: { 'limit-req': config },
        },
      });
    expect(await limited.statuses({}, {})).toEqual([200, 503]);
    change({ key: 'remote_addr', ...steady }, { desc: 'changed' });
    expect(await limited.statuses({})).toEqual([503]);
    change({ key: 'remote_addr', rate: 2, burst: 0 });
    expect(await limited.statuses({}, {})).toEqual([200, 503]);
  });
});

const redis = { ...steady, policy: 'redis' };

test.each([
  [{ burst: 0 }, 'property "rate" is required'],
  [{ rate: -1, burst: 0 }, 'property "rate" validation failed: expected -1 to be greater than 0'],
  [{ rate: 1, burst: -1 }, 'property "burst" validation failed'],
  [{ ...steady, key_type: 'constant' }, 'property "key_type" validation failed'],
  [{ ...steady, rejected_code: 199 }, 'property "rejected_code" validation failed'],
  [{ rate: 0.00001, burst: 100 }, '(burst + 1) / rate'],
  [redis, 'then clause did not match'],
  [
    { ...steady, policy: 'redis-cluster', redis_cluster_name: 'c', redis_cluster_nodes: ['a:1', 'b:x'] },
    'redis_cluster_nodes: "b:x" is not host:port',
  ],
])('the configuration %j is refused', async (config, message) => {
  const plugins = { 'limit-req': { key: 'remote_addr', ...config } };
  await expect(startGateway([limitReq], { uri: '/', upstream: 'http://127.0.0.1:1', plugins })).rejects.toThrow(
    message,
  );
});

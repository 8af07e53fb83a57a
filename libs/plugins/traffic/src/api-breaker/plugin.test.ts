import { ending, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { apiBreaker } from './plugin.ts';

/** A gateway whose upstream answers with the status that the query names, and whose clock stands still. */
async function start(config: object) {
  const upstream = await startUpstream((req, res) => {
    res.statusCode = Number(new URL(req.url ?? '', 'http://h').searchParams.get('code') ?? 200);
    res.end('origin');
  });
  const time = { ms: 1_000_000_000_000 };
  const plugins = { 'api-breaker': { break_response_code: 599, ...config } };
  const route = { uri: '/*', upstream: upstream.url, plugins };
  const gateway = await startGateway([apiBreaker], route, { clock: { now: () => time.ms } });
  return ending(
    {
      time,
      gateway,
      upstream,
      /** Statuses of requests for which the upstream would answer so, one after the other. */
      async statuses(...codes: readonly number[]) {
        const seen: number[] = [];
        for (const code of codes) seen.push((await gateway.get(`/api?code=${code}`)).statusCode);
        return seen;
      },
    },
    gateway,
    upstream,
  );
}

describe('a breaker opens', () => {
  test('after so many failures, and the upstream hears nothing more', async () => {
    await using broken = await start({ unhealthy: { http_statuses: [500, 503], failures: 3 } });
    expect(await broken.statuses(200, 500, 503, 500, 500, 200)).toEqual([200, 500, 503, 500, 599, 599]);
    expect(broken.upstream.requests).toHaveLength(4);
  });

  test('for 2, 4, 8 seconds and on, up to the longest break', async () => {
    await using broken = await start({ unhealthy: { failures: 1 }, max_breaker_sec: 5 });
    for (const seconds of [2, 4, 5, 5]) {
      expect(await broken.statuses(500, 200)).toEqual([500, 599]);
      broken.time.ms += seconds * 1000 - 1;
      expect(await broken.statuses(200)).toEqual([599]);
      broken.time.ms += 1;
    }
    expect(await broken.statuses(200)).toEqual([200]);
  });

  test('also where the upstream cannot be reached', async () => {
    await using broken = await start({ unhealthy: { http_statuses: [502], failures: 2 } });
    await broken.upstream.close();
    expect(await broken.statuses(200, 200, 200)).toEqual([502, 502, 599]);
  });

  test('for one path of one host, and leaves the others alone', async () => {
    await using broken = await start({ unhealthy: { failures: 1 } });
    expect(await broken.statuses(500, 200)).toEqual([500, 599]);
    expect((await broken.gateway.get('/other')).statusCode).toBe(200);
    expect((await broken.gateway.get('/api', { host: 'other.example' })).statusCode).toBe(200);
  });
});

describe('a breaker stays closed', () => {
  test('where successes in a row come before enough failures', async () => {
    await using sound = await start({ healthy: { successes: 2 } });
    expect(await sound.statuses(500, 500, 200, 200, 500, 500, 200)).toEqual([500, 500, 200, 200, 500, 500, 200]);
  });

  test('but not where a failure comes between them', async () => {
    await using sound = await start({ healthy: { successes: 2 } });
    expect(await sound.statuses(500, 500, 200, 500, 200)).toEqual([500, 500, 200, 500, 599]);
  });

  test('by statuses that are neither failures nor successes', async () => {
    await using sound = await start({ unhealthy: { failures: 1 } });
    expect(await sound.statuses(502, 404, 200)).toEqual([502, 404, 200]);
  });

  test('when it has been configured anew', async () => {
    await using sound = await start({ unhealthy: { failures: 1 } });
    expect(await sound.statuses(500, 200)).toEqual([500, 599]);
    const plugins = { 'api-breaker': { break_response_code: 502 } };
    const upstream = { nodes: { [sound.upstream.node]: 1 } };
    sound.gateway.apply({ kind: 'route', id: '1', value: { uri: '/*', upstream, plugins } });
    expect(await sound.statuses(200)).toEqual([200]);
  });

  test('after it was open, when the upstream has recovered', async () => {
    await using sound = await start({ unhealthy: { failures: 2 }, healthy: { successes: 1 } });
    expect(await sound.statuses(500, 500, 200)).toEqual([500, 500, 599]);
    sound.time.ms += 2000;
    expect(await sound.statuses(200, 500, 200)).toEqual([200, 500, 200]);
  });
});

test('the answer of an open breaker has the body and the headers that are configured', async () => {
  const break_response_headers = [
    { key: 'Content-Type', value: 'application/json' },
    { key: 'content-type', value: 'application/json+v1' },
    { key: 'X-Path', value: '$uri' },
    { key: 'X-Name', value: '$arg_name' },
    { key: 'X-Many', value: '1' },
    { key: 'X-Many', value: '2' },
  ];
  const unhealthy = { failures: 1 };
  await using broken = await start({ unhealthy, break_response_body: '{"message":"open"}', break_response_headers });
  await broken.statuses(500);
  const { body, headers } = await broken.gateway.get('/api');
  expect(body).toBe('{"message":"open"}');
  expect(headers).toMatchObject({ 'content-type': 'application/json+v1', 'x-path': '/api', 'x-many': '1, 2' });
  const evil = await broken.gateway.get('/api?name=a%0d%0aX-Evil:1');
  expect(evil.headers).toMatchObject({ 'x-name': 'a%0D%0AX-Evil:1' });
});

test('its headers are left out where there is no body', async () => {
  const config = { unhealthy: { failures: 1 }, break_response_headers: [{ key: 'X-Open', value: 'yes' }] };
  await using broken = await start(config);
  await broken.statuses(500);
  expect((await broken.gateway.get('/api')).headers).not.toHaveProperty('x-open');
});

test.each([
  [{}, 'property "break_response_code" is required'],
  [{ break_response_code: 199 }, 'property "break_response_code" validation failed: expected 199 to be at least 200'],
  [{ break_response_code: 500, max_breaker_sec: 2 }, 'property "max_breaker_sec" validation failed'],
  [{ break_response_code: 500, unhealthy: { http_statuses: [404] } }, 'property "unhealthy" validation failed'],
  [
    { break_response_code: 500, healthy: { http_statuses: [206, 206] } },
    'property "healthy" validation failed: property "http_statuses" validation failed: expected unique items but items 1 and 2 are equal',
  ],
  [
    { break_response_code: 500, break_response_headers: [{ value: 'v' }] },
    'failed to validate item 1: property "key" is required',
  ],
  [
    { break_response_code: 500, break_response_headers: [{ key: 'a b', value: 'v' }] },
    'break_response_headers[0] is no valid header',
  ],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'api-breaker': config } };
  await expect(startGateway([apiBreaker], route)).rejects.toThrow(message);
});

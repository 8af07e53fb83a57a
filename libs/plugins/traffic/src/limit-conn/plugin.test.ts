import { request as httpRequest } from 'node:http';
import { definePlugin } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { ending, rawClient, startGateway, startUpstream, type TestResponse } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test, vi } from 'vitest';
import { limitConn } from './plugin.ts';

/** A limited gateway whose upstream answers when it is told to. */
async function start(config: object, others: object = {}) {
  const waiting: (() => void)[] = [];
  const upstream = await startUpstream((_req, res) => void waiting.push(() => res.end('ok')));
  const route = { uri: '/*', upstream: upstream.url, plugins: { 'limit-conn': config }, ...others };
  const gateway = await startGateway([limitConn], route);
  return ending(
    {
      gateway,
      upstream,
      /** Sends requests, and waits until so many of them are at the upstream and all others are answered. */
      async begin(count: number, atUpstream: number, headers: Record<string, string> = {}) {
        let answered = 0;
        const refused = count - (atUpstream - waiting.length);
        const answers = Array.from({ length: count }, async () => {
          const answer = await gateway.get('/', headers);
          answered += 1;
          return answer;
        });
        await vi.waitFor(() => expect([waiting.length, answered]).toEqual([atUpstream, refused]), 10_000);
        return answers;
      },
      /** Lets the upstream answer everything that it has. */
      answer: () => {
        for (const finish of waiting.splice(0)) finish();
      },
    },
    gateway,
    upstream,
  );
}

const statuses = (answers: readonly TestResponse[]) => answers.map(({ statusCode }) => statusCode).toSorted();
const one = { conn: 1, burst: 0, default_conn_delay: 0.02, key: 'remote_addr' };

describe('a request that is one too many', () => {
  test('is refused with the page of a 503, and passes when another one is over', async () => {
    await using limited = await start(one);
    const [first] = await limited.begin(1, 1);
    const refused = await limited.gateway.get('/');
    expect(refused.statusCode).toBe(503);
    expect(refused.body).toContain('503 Service Temporarily Unavailable');
    limited.answer();
    expect((await first)?.statusCode).toBe(200);
    const [next] = await limited.begin(1, 1);
    limited.answer();
    expect((await next)?.statusCode).toBe(200);
  });

  test('is refused with the status and the message that are configured', async () => {
    await using limited = await start({ ...one, rejected_code: 429, rejected_msg: 'Busy.' });
    const [first] = await limited.begin(1, 1);
    const refused = await limited.gateway.get('/');
    expect([refused.statusCode, refused.body]).toEqual([429, '{"error_msg":"Busy."}\n']);
    limited.answer();
    await first;
  });

  test('is refused by one of many at once, exactly', async () => {
    await using limited = await start({ ...one, conn: 10 });
    const answers = await limited.begin(64, 10);
    limited.answer();
    expect(statuses(await Promise.all(answers))).toEqual([...Array(10).fill(200), ...Array(54).fill(503)]);
  });

  test('waits within the burst, and is counted meanwhile', async () => {
    await using limited = await start({ ...one, burst: 1, only_use_default_delay: true });
    const began = performance.now();
    const answers = await limited.begin(3, 2);
    expect(performance.now() - began).toBeGreaterThanOrEqual(19);
    limited.answer();
    expect(statuses(await Promise.all(answers))).toEqual([200, 200, 503]);
  });

  test('is explained as refused, and explaining counts nothing', async () => {
    await using limited = await start(one);
    const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
    const explained = async () => (await limited.gateway.engine.explain(request)).answer.status;
    expect([await explained(), await explained()]).toEqual([200, 200]);
    const [first] = await limited.begin(1, 1);
    expect(await explained()).toBe(503);
    limited.answer();
    await first;
  });
});

describe('a request is counted off', () => {
  test('before the next request of the same connection begins, also where that has been sent already', async () => {
    await using upstream = await startUpstream();
    const route = { uri: '/*', upstream: upstream.url, plugins: { 'limit-conn': one } };
    await using gateway = await startGateway([limitConn], route);
    using client = await rawClient(gateway.port);
    client.send('GET /a HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(3));
    client.send('GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    const answers = await client.closed();
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(Array(4).fill('HTTP/1.1 200'));
  });

  test('when its client goes, also while it waits', async () => {
    await using limited = await start({ ...one, burst: 1, default_conn_delay: 60 });
    const sent = [0, 1].map(() => {
      const req = httpRequest(limited.gateway.url, { path: '/', headers: { connection: 'close' } });
      req.on('error', () => {});
      req.end();
      return req;
    });
    await eventually(async () => expect((await limited.gateway.get('/')).statusCode).toBe(503));
    for (const req of sent) req.destroy();
    await eventually(() => expect(limited.gateway.engine.openRequests).toBe(0));
    const before = limited.upstream.requests.length;
    const next = limited.gateway.get('/');
    await eventually(() => expect(limited.upstream.requests).toHaveLength(before + 1));
    limited.answer();
    expect((await next).statusCode).toBe(200);
  });

  test('or not counted at all, when its client has gone while another plugin waited', async () => {
    const held: (() => void)[] = [];
    const holder = definePlugin(
      definePluginSchema({
        name: 'holder',
        category: 'test',
        priority: 2000,
        title: 'Holder',
        description: 'Holds requests.',
        config: Type.Object({}),
      }),
      () => ({
        access({ request }) {
          if (!request.headers.has('x-hold')) return undefined;
          return new Promise<undefined>((resolve) => held.push(() => resolve(undefined)));
        },
      }),
    );
    await using upstream = await startUpstream();
    const route = { uri: '/*', upstream: upstream.url, plugins: { 'limit-conn': one, holder: {} } };
    await using gateway = await startGateway([limitConn, holder], route);
    const req = httpRequest(gateway.url, { headers: { 'x-hold': 'yes', connection: 'close' } });
    req.on('error', () => {});
    req.end();
    await eventually(() => expect(held).toHaveLength(1));
    req.destroy();
    await eventually(() => expect(gateway.engine.openRequests).toBe(0));
    held[0]?.();
    await new Promise(setImmediate);
    expect((await gateway.get('/')).statusCode).toBe(200);
  });

  test('when the upstream does not answer it', async () => {
    await using limited = await start(one);
    await limited.upstream.close();
    expect([(await limited.gateway.get('/')).statusCode, (await limited.gateway.get('/')).statusCode]).toEqual([
      502, 502,
    ]);
  });

  test('when the configuration that counted it in is gone', async () => {
    await using limited = await start(one);
    const route = (config: object) => ({
      kind: 'route',
      id: '1',
      value: { uri: '/*', upstream: { nodes: { [limited.upstream.node]: 1 } }, plugins: config },
    });
    const [first] = await limited.begin(1, 1);
    limited.gateway.apply(route({}));
    limited.gateway.apply(route({ 'limit-conn': one }));
    expect((await limited.gateway.get('/')).statusCode).toBe(503);
    limited.answer();
    await first;
    const [next] = await limited.begin(1, 1);
    limited.answer();
    expect((await next)?.statusCode).toBe(200);
  });
});

describe('numbers from the request', () => {
  const dynamic = { ...one, conn: '${http_conn ?? 1}', burst: '${http_burst ?? 0}' };

  test.each([
    [{ conn: '0' }],
    [{ conn: '-1' }],
    [{ conn: '1.5' }],
    [{ conn: '99007199254740993' }],
    [{ burst: '1.5' }],
    [{ burst: '-1' }],
    [{ burst: ' ' }],
  ])('must be whole and not too small: %j is a 500', async (headers: Record<string, string>) => {
    await using limited = await start(dynamic);
    expect((await limited.gateway.get('/', headers)).statusCode).toBe(500);
  });

  test('that make no sense let a request pass where counting may fail', async () => {
    await using limited = await start({ ...dynamic, allow_degradation: true });
    const [answer] = await limited.begin(1, 1, { conn: '0' });
    limited.answer();
    expect((await answer)?.statusCode).toBe(200);
  });

  test('are the limit', async () => {
    await using limited = await start(dynamic);
    const answers = await limited.begin(4, 3, { conn: '3' });
    limited.answer();
    expect(statuses(await Promise.all(answers))).toEqual([200, 200, 200, 503]);
  });
});

test('rules must all be kept, and a refusal by one of them counts in none', async () => {
  const rules = [
    { conn: 3, burst: 0, key: '$http_user' },
    { conn: 1, burst: 0, key: '$http_project' },
  ];
  await using limited = await start({ default_conn_delay: 0.1, rules });
  expect((await limited.gateway.get('/')).statusCode).toBe(500);
  const first = await limited.begin(1, 1, { user: 'ann', project: 'p' });
  for (let i = 0; i < 5; i += 1) {
    expect((await limited.gateway.get('/', { user: 'ann', project: 'p' })).statusCode).toBe(503);
  }
  const others = await limited.begin(3, 3, { user: 'ann' });
  limited.answer();
  expect(statuses(await Promise.all([...first, ...others]))).toEqual([200, 200, 200, 503]);
});

const rule = { conn: 1, burst: 0, key: '$remote_addr' };

test.each([
  [{ conn: 1, burst: 0, key: 'remote_addr' }, 'value should match only one schema, but matches none'],
  [{ ...one, conn: undefined }, 'value should match only one schema, but matches none'],
  [{ ...one, rules: [rule] }, 'value should match only one schema, but matches both schemas 1 and 2'],
  [{ ...one, conn: 0 }, 'property "conn" validation failed: value should match only one schema, but matches none'],
  [{ ...one, burst: -1 }, 'property "burst" validation failed'],
  [
    { ...one, default_conn_delay: 0 },
    'property "default_conn_delay" validation failed: expected 0 to be greater than 0',
  ],
  [{ ...one, allow_degradation: 'true1' }, 'wrong type: expected boolean, got string'],
  [{ ...one, policy: 'redis' }, 'then clause did not match'],
  [{ ...one, policy: 'redis', redis_host: 'h1', key_ttl: 0 }, 'then clause did not match'],
  [{ ...one, policy: 'redis-sentinel' }, 'property "policy" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'limit-conn': config } };
  await expect(startGateway([limitConn], route)).rejects.toThrow(message);
});

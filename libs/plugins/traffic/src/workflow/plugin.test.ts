import { secretPointers } from '@sluice/schema';
import { ending, startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { limitConn } from '../limit-conn/plugin.ts';
import { limitCount } from '../limit-count/plugin.ts';
import { workflow } from './plugin.ts';
import { workflowSchema } from './schema.ts';

const plugins = [workflow, limitConn, limitCount];

async function start(rules: readonly object[], others: object = {}) {
  const upstream = await startUpstream();
  const route = { uri: '/*', upstream: upstream.url, plugins: { workflow: { rules }, ...others } };
  const gateway = await startGateway(plugins, route, { clock: { now: () => 1_000_000_000_000 } });
  return ending(
    {
      gateway,
      upstream,
      async statuses(...paths: readonly string[]) {
        const seen: number[] = [];
        for (const path of paths) seen.push((await gateway.get(path)).statusCode);
        return seen;
      },
    },
    gateway,
    upstream,
  );
}

const on = (path: string) => ({ case: [['uri', '==', path]] });
const limit = (count: number) => ['limit-count', { count, time_window: 60 }];
const forbidden = { actions: [['return', { code: 403 }]] };

describe('a request is answered', () => {
  test('with the status of the first rule whose case holds', async () => {
    await using flow = await start([
      { ...on('/a'), ...forbidden },
      { ...on('/b'), actions: [['return', { code: 404 }]] },
    ]);
    const answer = await flow.gateway.get('/a');
    expect([answer.statusCode, answer.body]).toEqual([403, '{"error_msg":"rejected by workflow"}\n']);
    expect(await flow.statuses('/b', '/c')).toEqual([404, 200]);
  });

  test('by a rule without a case always, and later rules never', async () => {
    await using flow = await start([forbidden, { actions: [['return', { code: 404 }]] }]);
    expect(await flow.statuses('/')).toEqual([403]);
  });

  test('by a case with several conditions, of which one must hold', async () => {
    const either = { case: ['OR', ['arg_a', '==', '1'], ['arg_b', '==', '1']] };
    await using flow = await start([{ ...either, ...forbidden }]);
    expect(await flow.statuses('/?a=1', '/?b=1', '/')).toEqual([403, 403, 200]);
  });

  test('by what stands in its body', async () => {
    await using flow = await start([{ case: [['post_arg_x', '==', '1']], ...forbidden }]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const send = async (body: string) => (await flow.gateway.request({ method: 'POST', headers, body })).statusCode;
    expect([await send('x=1'), await send('x=2')]).toEqual([403, 200]);
  });
});

describe('a limit', () => {
  test('counts for its rule alone, though another one says the same', async () => {
    await using flow = await start([
      { ...on('/a'), actions: [limit(1)] },
      { ...on('/b'), actions: [limit(1)] },
    ]);
    expect(await flow.statuses('/a', '/b', '/a', '/b', '/c')).toEqual([200, 200, 503, 503, 200]);
  });

  test('takes the place of that of the route, for requests of the rule only', async () => {
    await using flow = await start([{ ...on('/a'), actions: [limit(2)] }], {
      'limit-count': { count: 1, time_window: 60 },
    });
    expect(await flow.statuses('/a', '/a', '/a', '/b', '/b')).toEqual([200, 200, 503, 200, 503]);
  });

  test('tells the client its quota', async () => {
    await using flow = await start([{ actions: [limit(3)] }], { 'limit-count': { count: 1, time_window: 60 } });
    const { headers } = await flow.gateway.get('/');
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2' });
  });

  test('of what is under way counts off what is over', async () => {
    const finish: (() => void)[] = [];
    await using upstream = await startUpstream((_req, res) => void finish.push(() => res.end()));
    const conf = { conn: 1, burst: 0, default_conn_delay: 0.1, key: 'remote_addr', rejected_code: 429 };
    const rules = [{ actions: [['limit-conn', conf]] }];
    await using gateway = await startGateway(plugins, {
      uri: '/*',
      upstream: upstream.url,
      plugins: { workflow: { rules } },
    });
    for (let round = 1; round <= 2; round += 1) {
      const first = gateway.get('/');
      await eventually(() => expect(finish).toHaveLength(1));
      expect((await gateway.get('/')).statusCode).toBe(429);
      finish.pop()?.();
      expect((await first).statusCode).toBe(200);
    }
  });

  test('is explained, and explaining counts nothing', async () => {
    await using flow = await start([{ actions: [limit(1)] }]);
    const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
    expect((await flow.gateway.engine.explain(request)).answer.status).toBe(200);
    expect(await flow.statuses('/', '/')).toEqual([200, 503]);
  });
});

test('passwords of the limits are known to be secret', () => {
  const value = { rules: [{ actions: [['limit-count', { redis_password: 'p' }]] }] };
  expect(secretPointers(value, workflowSchema.secrets.config)).toEqual(['/rules/0/actions/0/1/redis_password']);
});

test.each([
  [undefined, 'property "rules" is required'],
  [[{}], 'property "actions" is required'],
  [[{ actions: [] }], 'rules[0] has no action'],
  [[{ actions: [['fake', {}]] }], 'unsupported action: fake'],
  [
    [{ actions: [['return', { status: 403 }]] }],
    'failed to validate the \'return\' action: property "code" is required',
  ],
  [[{ actions: [['return', { code: 600 }]] }], 'property "code" validation failed'],
  [[{ actions: [['return', { code: 101 }]] }], 'an answer of 101 would never end a request'],
  [[{ actions: [['return']] }], "failed to validate the 'return' action: wrong type: expected object"],
  [[{ case: [['uri', '!', 'x']], ...forbidden }], "failed to validate the 'case' expression:"],
  [[{ case: [], ...forbidden }], 'property "case" validation failed'],
  [
    [{ actions: [['limit-count', { count: 1 }]] }],
    "failed to validate the 'limit-count' action: value should match only one schema, but matches none",
  ],
  [
    [{ actions: [['limit-count', { count: 1, time_window: 1, group: 'g' }]] }],
    "failed to validate the 'limit-count' action: group is not supported",
  ],
])('the rules %j are refused', async (rules, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { workflow: { rules } } };
  await expect(startGateway(plugins, route)).rejects.toThrow(message);
});

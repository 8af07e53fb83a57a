import { hs256, startUpstream, type TestGateway } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { functionHouse, post, pre, routeOf } from './function-house.ts';

/** A busy machine runs what comes after the answer late. */
const patience = { timeout: 10_000 };

/** What a function of a phase finds in a variable; in `log`, it is in the log. */
async function seen(source: string, route: object, request: Parameters<TestGateway['request']>[0] = {}) {
  await using it = await functionHouse((upstream) => [routeOf({ upstream, ...route })]);
  const { plugins: others = {} } = route as { plugins?: object };
  it.gateway.apply(
    routeOf({
      upstream: it.upstream.url,
      ...route,
      plugins: { ...others, [post]: { functions: [`(conf, ctx) => [200, ${source}]`] } },
    }),
  );
  return await it.gateway.request({ path: '/hello', ...request });
}

describe('a function sees', () => {
  test.each<[string, string, object, object, string]>([
    ['the route', 'vars.route_id', {}, {}, '1'],
    ['that there is no service', 'String(vars.service_id)', {}, {}, 'undefined'],
    ['the path that matched', 'vars.matched_uri', { uri: '/hello' }, {}, '/hello'],
    ['the path that matched, with its wildcard', 'vars.matched_uri', { uri: '/*' }, {}, '/*'],
    ['the host that matched', 'vars.matched_host', { hosts: ['foo.com'] }, { headers: { Host: 'foo.com' } }, 'foo.com'],
    [
      'the host that matched, with its wildcard',
      'vars.matched_host',
      { hosts: ['*.com'] },
      { headers: { Host: 'foo.com' } },
      '*.com',
    ],
    ['no parameter of a path that has none', 'String(vars.uri_param_id)', {}, {}, 'undefined'],
    ['arguments as they were sent', 'vars.args', {}, { path: '/hello?args=%40%23%24' }, 'args=%40%23%24'],
    [
      'a field of a form',
      'vars.post_arg_test',
      { vars: [['post_arg_test', '==', 'test']] },
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'test=test' },
      'test',
    ],
    [
      'the name of a GraphQL query',
      'vars.graphql_name',
      { vars: [['graphql_name', '==', 'repo']] },
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: 'query repo { owner { name } }' },
      'repo',
    ],
    [
      'X-Forwarded-For as it came in, also where the client is not trusted',
      'vars.original_x_forwarded_for',
      {},
      { headers: { 'X-Forwarded-For': '9.9.9.9, 8.8.8.8' } },
      '9.9.9.9, 8.8.8.8',
    ],
    [
      'what another plugin made of the request',
      'ctx.request.headers.xtest',
      { plugins: { 'proxy-rewrite': { headers: { add: { xtest: '123' } } } } },
      {},
      '123',
    ],
  ])('%s', async (_what, source, route, request, value) => {
    const answer = await seen(source, route, request);
    expect([answer.statusCode, answer.body]).toEqual([200, value]);
  });

  test('the service of the route, and the consumer', async () => {
    const functions = ['() => [200, `${vars.service_id} ${vars.consumer_name}`]'];
    await using it = await functionHouse((upstream) => [
      { kind: 'service', id: 'shop', value: { upstream } },
      { kind: 'consumer', id: 'jack', value: { username: 'jack', plugins: { 'key-auth': { key: 'jacks' } } } },
      routeOf({ service_id: 'shop', plugins: { 'key-auth': {}, [pre]: { phase: 'access', functions } } }),
    ]);
    expect((await it.gateway.get('/', { apikey: 'jacks' })).body).toBe('shop jack');
  });

  test('after the answer, which node gave it and who made it', async () => {
    const logs = {
      phase: 'log',
      functions: ['() => `${vars.balancer_ip}:${vars.balancer_port} ${vars.response_source}`'],
    };
    await using it = await functionHouse((upstream) => [routeOf({ upstream, plugins: { [post]: logs } })]);
    const told = () => it.gateway.log.lines.map(({ fields }) => fields['result']).filter((text) => text !== undefined);

    await it.gateway.get('/');
    await expect.poll(told, patience).toEqual([`${it.upstream.node} upstream`]);
    it.gateway.apply(
      routeOf({ upstream: it.upstream.url, plugins: { [pre]: { functions: ['() => 403'] }, [post]: logs } }),
    );
    expect((await it.gateway.get('/')).statusCode).toBe(403);
    await expect.poll(told, patience).toHaveLength(2);
    expect(told()[1]).toContain('apisix');
    it.gateway.apply(routeOf({ upstream: 'http://127.0.0.1:9', plugins: { [post]: logs } }));
    expect((await it.gateway.get('/')).statusCode).toBe(502);
    await expect.poll(told, patience).toHaveLength(3);
    expect(told()[2]).toBe('127.0.0.1:9 nginx');
  });
});

test('a function changes the path after another plugin did', async () => {
  await using it = await functionHouse((upstream) => [
    routeOf({
      upstream,
      plugins: {
        'proxy-rewrite': { uri: '/hello' },
        [post]: { functions: ["(conf, ctx) => ({ request: { path: ctx.request.path + '/server_port' } })"] },
      },
    }),
  ]);
  expect((await it.gateway.get('/xxx')).json()).toMatchObject({ url: '/hello/server_port' });
});

test('a redirect by a condition leaves other requests alone', async () => {
  const source =
    "() => vars.scheme === 'http' && vars.host === 'foo.com' ? { status: 301, headers: { Location: `https://foo.com${vars.request_uri}` } } : undefined";
  await using it = await functionHouse((upstream) => [
    routeOf({ upstream, plugins: { [pre]: { functions: [source] } } }),
  ]);

  const moved = await it.gateway.get('/hello?a=1', { Host: 'foo.com' });
  expect([moved.statusCode, moved.headers.location]).toEqual([301, 'https://foo.com/hello?a=1']);
  expect((await it.gateway.get('/hello', { Host: 'bar.com' })).statusCode).toBe(200);
});

test.each([500, 502, 503, 404])(
  'a status of %i from a function has an error page, and the log runs',
  async (status) => {
    await using it = await functionHouse((upstream) => [
      routeOf({
        upstream,
        plugins: {
          [post]: { functions: ['() => vars.http_x_test_status && Number(vars.http_x_test_status)'] },
          [pre]: { phase: 'log', functions: ["() => 'the log phase ran'"] },
        },
      }),
    ]);
    const answer = await it.gateway.get('/', { 'X-Test-Status': String(status) });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(String(status));
    const ran = () => it.gateway.log.lines.some(({ fields }) => fields['result'] === 'the log phase ran');
    await expect.poll(ran, patience).toBe(true);
  },
);

test.each([
  [false, 401, 'none'],
  [true, 200, 'of jacks'],
])('the payload of a token is known to functions if store_in_ctx is %s', async (store, status, body) => {
  const source = "() => vars.jwt_auth_payload ? [200, 'of ' + JSON.parse(vars.jwt_auth_payload).key] : [401, 'none']";
  await using it = await functionHouse((upstream) => [
    {
      kind: 'consumer',
      id: 'jack',
      value: { username: 'jack', plugins: { 'jwt-auth': { key: 'jacks', secret: 's' } } },
    },
    routeOf({
      upstream,
      plugins: { 'jwt-auth': { store_in_ctx: store }, [post]: { phase: 'rewrite', functions: [source] } },
    }),
  ]);
  const answer = await it.gateway.get('/', { Authorization: `bearer ${hs256({ key: 'jacks' }, 's')}` });
  expect([answer.statusCode, answer.body]).toEqual([status, body]);
});

describe('a route of functions is the service that forward-auth asks', () => {
  /** Refuses what a request of its method must not have. */
  const judge = `(conf, ctx) => {
    const { method, headers } = ctx.request;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    return headers.authorization === 'good' && hasBody === (method === 'POST') ? 200 : 403;
  }`;
  const shows = { phase: 'access', functions: ['(conf, ctx) => [200, JSON.stringify(ctx.request.headers)]'] };

  async function judged(forward: object, headers: Readonly<Record<string, string>>) {
    await using it = await functionHouse((upstream) => [routeOf({ upstream })]);
    it.gateway.apply(
      { kind: 'route', id: 'auth', value: { uri: '/auth', plugins: { [pre]: { functions: [judge] } } } },
      routeOf({
        upstream: it.upstream.url,
        plugins: { 'forward-auth': { uri: `${it.gateway.url}/auth`, ...forward }, [post]: shows },
      }),
    );
    return await it.gateway.get('/', headers);
  }

  test.each(['GET', 'POST'])('and hears of a body only where there is one, with %s', async (method) => {
    const forward = { request_method: method, request_headers: ['Authorization'] };
    expect((await judged(forward, { Authorization: 'good' })).statusCode).toBe(200);
    expect((await judged(forward, { Authorization: 'bad' })).statusCode).toBe(403);
  });

  test('and what it alone may say is not taken from a client', async () => {
    const forward = { request_headers: ['Authorization'], upstream_headers: ['X-User-ID'] };
    const answer = await judged(forward, { Authorization: 'good', 'X-User-ID': 'injected' });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('injected');
  });
});

test('what a decision of OPA alone may say is not taken from a client', async () => {
  await using agent = await startUpstream((_req, res) => res.end('{"result":{"allow":true}}'));
  await using it = await functionHouse((upstream) => [
    routeOf({
      upstream,
      plugins: { opa: { host: agent.url, policy: 'example', send_headers_upstream: ['X-Foo'] } },
    }),
  ]);
  const { headers } = (await it.gateway.get('/', { 'X-Foo': 'mine' })).json() as { headers: object };
  expect(headers).not.toHaveProperty('x-foo');
});

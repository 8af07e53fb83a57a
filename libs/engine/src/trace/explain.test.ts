import { reply, type SendError } from '@sluice/plugin-kit';
import { type ExplainRequest, ExplainRequestSchema, withDefaults } from '@sluice/schema';
import { startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { keyedAuth, testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const described = (request: object) => withDefaults(ExplainRequestSchema, request) as ExplainRequest;

function route(id: string, value: object) {
  return {
    kind: 'route',
    id,
    value: { uri: '/*', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:1': 1 } }, ...value },
  };
}

test('routes lose by the first condition that the request does not meet', async () => {
  await using gateway = await startGateway(
    [],
    [
      route('winner', { uri: '/a/b', name: 'the one', priority: 1 }),
      route('off', { status: 0 }),
      route('path', { uri: '/other' }),
      route('host', { hosts: ['x.example'] }),
      route('method', { methods: ['POST'] }),
      route('address', { remote_addr: '10.0.0.0/8' }),
      route('vars', {
        vars: [
          ['arg_a', '==', '1'],
          ['arg_token', '==', 'right'],
        ],
      }),
      route('wide', {}),
    ],
  );
  const {
    route: winner,
    losers,
    loser_count: count,
  } = await gateway.engine.explain(described({ url: 'http://y.example/a/b?a=1&token=hunter2' }));
  expect(winner).toMatchObject({ id: 'winner', name: 'the one', uri: '/a/b', priority: 1, revision: 1 });
  expect(count).toBe(7);
  expect(Object.fromEntries(losers.map(({ id, lost_by: by, detail }) => [id, `${by}: ${detail}`]))).toEqual({
    off: 'switched-off: the route is switched off (status 0)',
    path: 'path: /other is not /a/b',
    host: 'host: x.example is not y.example',
    method: 'method: POST do not include GET',
    address: 'remote-address: 10.0.0.0/8 do not include 127.0.0.1',
    vars: 'vars: ["arg_token","==","right"] does not hold: arg_token is ***',
    wide: 'precedence: the winner names the exact path',
  });
});

test('a described request runs through the plugins, is not sent, and leaves no marks', async () => {
  await using upstream = await startUpstream();
  const seen: unknown[] = [];
  const first = testPlugin('first', () => ({ rewrite: () => undefined, log: () => void seen.push('logged') }), {
    priority: 300,
  });
  const filtered = testPlugin('filtered', () => ({ access: () => reply(403) }), { priority: 200 });
  const sender = testPlugin('sender', () => ({
    access: (ctx) =>
      ctx.send({}).then(
        () => undefined,
        (error: SendError) => void seen.push(error.code, ctx.isRehearsal),
      ),
  }));
  const plugins = { first: {}, filtered: { _meta: { filter: [['arg_x', '==', '1']] } }, sender: {} };
  await using gateway = await startGateway(
    [first, filtered, sender],
    [route('1', { upstream: { type: 'roundrobin', nodes: { [upstream.node]: 1, '127.0.0.1:1': 0 } }, plugins })],
  );
  const explained = await gateway.engine.explain(described({ url: '/a?b=c', method: 'POST', body: 'x' }));
  expect(explained.plugins.map(({ plugin, phase, decision, scope }) => [plugin, phase, decision, scope])).toEqual([
    ['first', 'rewrite', 'passed', 'route'],
    ['filtered', 'access', 'filtered', 'route'],
    ['sender', 'access', 'passed', 'route'],
  ]);
  expect(explained).toMatchObject({
    is_sent: false,
    upstream: {
      algorithm: 'roundrobin',
      picked: upstream.node,
      tries: [],
      request: { method: 'POST', target: '/a?b=c', host: 'localhost' },
    },
  });
  expect(seen).toEqual(['NOT_SENT', true]);
  expect(upstream.requests).toHaveLength(0);
  expect(gateway.engine.takeMetricDelta().routes).toEqual([]);
  expect(gateway.engine.openRequests).toBe(0);
});

test('a request that is sent shows every try, who answered, and where the time went', async () => {
  await using dead = await startUpstream();
  await dead.close();
  await using upstream = await startUpstream((_req, res) => res.setHeader('Set-Cookie', 'sid=1').end('hello'));
  const nodes = [
    { host: '127.0.0.1', port: dead.port, weight: 1, priority: 1 },
    { host: '127.0.0.1', port: upstream.port, weight: 1, priority: 0 },
  ];
  await using gateway = await startGateway(
    [keyedAuth],
    [
      { kind: 'consumer', id: 'ann', value: { username: 'ann', plugins: { keyed: { key: 'k' } } } },
      route('1', { upstream: { type: 'roundrobin', nodes }, plugins: { keyed: {} } }),
    ],
  );
  const explained = await gateway.engine.explain(
    described({ url: '/', headers: { 'X-Key': 'k', Authorization: 'Bearer z' }, send: true }),
  );
  expect(explained).toMatchObject({
    is_sent: true,
    consumer: { username: 'ann', group_id: null, credential_id: null },
    upstream: {
      picked: upstream.node,
      why: 'roundrobin among 2 nodes, after 1 that failed',
      tries: [
        { node: dead.node, status: 502, error: expect.stringContaining('UPSTREAM_UNREACHABLE') as string },
        { node: upstream.node, status: 200, error: null },
      ],
    },
    answer: { status: 200, origin: 'upstream', body: 'hello', body_bytes: 5 },
  });
  expect(explained.times.total_ms).toBeGreaterThan(0);
  expect(explained.times.upstream_header_ms).toBeGreaterThan(0);
  expect(explained.answer.headers).toContainEqual(['Set-Cookie', '***']);
  const shown = Object.fromEntries(explained.request.headers);
  expect([shown['X-Key'], shown['Authorization']]).toEqual(['***', '***']);
});

test('a plugin that answers, one that breaks, and a route that is not there are all explained', async () => {
  const breaking = testPlugin('breaking', () => ({
    access({ request }) {
      if (request.path === '/break') throw new Error('oops');
      return reply(418, 'tea');
    },
  }));
  await using gateway = await startGateway(
    [breaking],
    [route('1', { uris: ['/tea', '/break'], uri: undefined, plugins: { breaking: {} } })],
  );
  const of = async (url: string) => {
    const { plugins, answer, route: winner } = await gateway.engine.explain(described({ url }));
    return [winner?.id, plugins.map(({ decision, status }) => [decision, status]), answer.status, answer.origin];
  };
  expect(await of('/tea')).toEqual(['1', [['answered', 418]], 418, 'gateway']);
  expect(await of('/break')).toEqual(['1', [['failed', null]], 500, 'gateway']);
  expect(await of('/nowhere')).toEqual([undefined, [], 404, 'gateway']);
});

test('without the secret, or with a wrong one, a request is nothing special, and the header goes no further', async () => {
  await using upstream = await startUpstream();
  const value = [route('1', { upstream: { type: 'roundrobin', nodes: { [upstream.node]: 1 } } })];
  await using closed = await startGateway([], value);
  expect((await closed.get('/', { 'x-explain': 'letmein' })).body).toBe('ok');
  await using open = await startGateway([], value, { explainHeader: { name: 'X-Explain', secret: 'letmein' } });
  expect((await open.get('/', { 'x-explain': 'wrong' })).body).toBe('ok');
  expect(upstream.requests.at(-1)?.headers).not.toHaveProperty('x-explain');
});

test('with the secret a client gets the explanation of its own request, which was really sent', async () => {
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('origin')));
  const value = [route('1', { upstream: { type: 'roundrobin', nodes: { [upstream.node]: 1 } } })];
  await using gateway = await startGateway([], value, { explainHeader: { name: 'X-Explain', secret: 'letmein' } });
  const answer = await gateway.request({
    method: 'PUT',
    path: '/a?b=1',
    headers: { 'x-explain': 'letmein', host: 'a.example', constructor: 'c' },
    body: 'body',
  });
  expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    200,
    'application/json',
    'no-store',
  ]);
  expect(answer.json()).toMatchObject({
    route: { id: '1' },
    request: { method: 'PUT', url: 'http://a.example/a?b=1', host: 'a.example', client_ip: '127.0.0.1' },
    answer: { status: 200, body: 'origin' },
  });
  expect(upstream.requests).toHaveLength(1);
  expect(upstream.requests[0]).toMatchObject({ method: 'PUT', url: '/a?b=1', body: 'body' });
  expect(upstream.requests[0]?.headers).not.toHaveProperty('x-explain');
  await eventually(() => expect(gateway.engine.openRequests).toBe(0));
});

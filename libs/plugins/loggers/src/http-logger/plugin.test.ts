import { hostname } from 'node:os';
import { checkExpression } from '@sluice/expr';
import { ending, startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { httpLogger } from './plugin.ts';

interface Wanted {
  readonly config?: object;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly sink?: Parameters<typeof startUpstream>[0];
}

/** A gateway whose requests are logged to a real service. */
async function startLogged({ config = {}, metadata, sink }: Wanted = {}) {
  const upstream = await startUpstream((_req, res) => res.setHeader('x-own', 'yes').end('answer'));
  const service = await startUpstream(sink);
  const logger = { uri: `${service.url}/in`, batch_max_size: 1, ...config };
  const nodes = { [upstream.node]: 1 };
  const route = { uri: '/*', upstream: { type: 'roundrobin', nodes }, plugins: { 'http-logger': logger } };
  const resources: TestResource[] = [{ kind: 'route', id: '1', value: route }];
  if (metadata) resources.unshift({ kind: 'plugin_metadata', id: 'http-logger', value: metadata });
  const gateway = await startGateway([httpLogger], resources);
  const given = {
    gateway,
    upstream,
    service,
    logged: async (count = 1): Promise<Record<string, never>[]> => {
      await eventually(() => expect(service.requests.filter(({ body }) => body !== '')).toHaveLength(count));
      return service.requests.map(({ body }) => JSON.parse(body) as Record<string, never>);
    },
  };
  return ending(given, gateway, upstream, service);
}

test('an expression that is none is refused', () => {
  const check = (rules: unknown[]) =>
    httpLogger.schema.extraChecks?.({ include_req_body_expr: rules } as never, { checkVars: checkExpression });
  expect(check([['arg_a', '??', 1]])).toMatch(/^failed to validate the 'include_req_body_expr' expression: /);
  expect(check([['arg_a', '==', '1']])).toBeUndefined();
});

describe('a request does not notice', () => {
  test('that the service never answers', async () => {
    await using peers = await startLogged({ sink: () => undefined });
    for (let at = 0; at < 3; at += 1) expect((await peers.gateway.get('/')).body).toBe('answer');
  });

  test.each([400, 500])('that the service answers %i, which the log tells', async (status) => {
    await using peers = await startLogged({ sink: (_req, res) => res.writeHead(status).end() });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await eventually(() =>
      expect(peers.gateway.log.lines).toContainEqual(
        expect.objectContaining({ level: 'error', fields: expect.objectContaining({ count: 1 }) }),
      ),
    );
  });
});

test('an entry says what was asked and what was answered', async () => {
  await using peers = await startLogged({ config: { auth_header: 'Bearer t' } });
  await peers.gateway.get('/p?a=1&b=2&b=3', { 'X-Asked': 'so' });
  const querystring = { a: '1', b: ['2', '3'] };
  expect(await peers.logged()).toMatchObject([
    {
      request: { uri: '/p?a=1&b=2&b=3', method: 'GET', headers: { 'x-asked': 'so' }, querystring },
      response: { status: 200, headers: { 'x-own': 'yes' } },
      server: { hostname: hostname(), version: '0.0.0-test' },
      upstream: peers.upstream.node,
      route_id: '1',
      service_id: '',
      client_ip: '127.0.0.1',
    },
  ]);
  const { headers, url, method } = peers.service.requests[0] ?? {};
  expect([method, url, headers?.authorization, headers?.['content-type']]).toEqual([
    'POST',
    '/in',
    'Bearer t',
    'application/json',
  ]);
});

test('bodies are there where that is asked for, as far as it is', async () => {
  const config = {
    include_req_body: true,
    include_resp_body: true,
    include_resp_body_expr: [['arg_log', '==', 'yes']],
    max_req_body_bytes: 3,
  };
  await using peers = await startLogged({ config });
  await peers.gateway.request({ method: 'POST', path: '/?log=yes', body: 'abcdef' });
  await peers.gateway.request({ method: 'POST', path: '/', body: 'ab' });
  expect(await peers.logged(2)).toMatchObject([
    { request: { body: 'abc' }, response: { body: 'answer' } },
    { request: { body: 'ab' }, response: expect.not.objectContaining({ body: expect.anything() }) },
  ]);
  expect(peers.upstream.requests.map(({ body }) => body)).toEqual(['abcdef', 'ab']);
});

test('an entry has the fields of a format: those of the plugin before those of all', async () => {
  const metadata = { log_format: { all: '$uri' } };
  await using all = await startLogged({ metadata });
  await all.gateway.get('/p');
  expect(await all.logged()).toEqual([{ all: '/p', route_id: '1' }]);
  const config = { log_format: { own: '$request_method', text: 'plain', inner: { status: '$status' } } };
  await using own = await startLogged({ metadata, config });
  await own.gateway.get('/p');
  expect(await own.logged()).toEqual([{ own: 'GET', text: 'plain', inner: { status: '200' }, route_id: '1' }]);
});

test('a format may be five objects deep; what is deeper is left out', async () => {
  const deepest = { uri: '$uri', deeper: { uri: '$uri' } };
  const config = { log_format: { a: { b: { c: { d: deepest } } }, list: [1] } };
  await using peers = await startLogged({ config });
  await peers.gateway.get('/p');
  expect(await peers.logged()).toEqual([{ a: { b: { c: { d: { uri: '/p' } } } }, list: [1], route_id: '1' }]);
});

test('an entry of a request that no route took says so', async () => {
  await using peers = await startLogged();
  const logger = { uri: `${peers.service.url}/in`, batch_max_size: 1 };
  peers.gateway.apply(
    { kind: 'route', id: '1', value: null },
    { kind: 'global_rule', id: '1', value: { plugins: { 'http-logger': logger } } },
  );
  expect((await peers.gateway.get('/p', { host: 'shop.example' })).statusCode).toBe(404);
  expect(await peers.logged()).toMatchObject([{ route_id: 'no-matched', service_id: 'shop.example' }]);
});

test('a batch that waits is sent when the configuration goes', async () => {
  await using peers = await startLogged({ config: { batch_max_size: 10, concat_method: 'new_line' } });
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  expect(peers.service.requests).toHaveLength(0);
  peers.gateway.apply({ kind: 'route', id: '1', value: null });
  await eventually(() => expect(peers.service.requests[0]?.body.split('\n')).toHaveLength(2));
  expect(peers.service.requests[0]?.headers['content-type']).toBe('text/plain');
});

test('a batch that waits is sent when the gateway ends', async () => {
  await using peers = await startLogged({ config: { batch_max_size: 10 } });
  await peers.gateway.get('/a');
  await peers.gateway[Symbol.asyncDispose]();
  expect(peers.service.requests).toHaveLength(1);
});

test('while the service is down, the log tells of losses by a line and not by one for each request', async () => {
  await using peers = await startLogged({ sink: (_req, res) => res.writeHead(500).end() });
  for (let at = 0; at < 5; at += 1) await peers.gateway.get('/');
  await eventually(() =>
    expect(peers.gateway.engine.metrics.render()).toContain('logger_entries_dropped_total{plugin="http-logger"} 5'),
  );
  expect(peers.gateway.log.lines.filter(({ message }) => message === 'entries of a logger are lost')).toHaveLength(1);
});

import { ending, startUpstream } from '@sluice/testing';
import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { keyAuth } from '../key-auth/plugin.ts';
import { consumer, startProtected } from '../shared/fixtures/start-protected.ts';
import { opa } from './plugin.ts';

/** A gateway that asks a server which speaks the API of an agent. */
async function start(answer: RequestListener, config: object = {}, plugins: object = {}) {
  const agent = await startUpstream(answer);
  const service = { kind: 'service', id: 's', value: { name: 'a service', plugins: {} } };
  const people = [consumer('ann', { 'key-auth': { key: 'key-of-ann' } }, { labels: { team: 'a' } })];
  const all = { ...plugins, opa: { host: agent.url, policy: 'shop/orders', ...config } };
  const route = { service_id: 's', name: 'a route', labels: { tier: 'gold' } };
  const pair = await startProtected([opa, keyAuth], all, [service, ...people], route);
  return ending(
    {
      ...pair,
      agent,
      input: () => JSON.parse(agent.requests[0]?.body ?? '{}').input as Record<string, Record<string, unknown>>,
    },
    pair,
    agent,
  );
}

const deciding =
  (result: unknown): RequestListener =>
  (_req, res) =>
    res.end(JSON.stringify({ result }));
const allow = deciding({ allow: true });

describe('a request is refused, and the upstream never hears of it,', () => {
  test.each([
    ['with 403', { allow: false }, 403],
    ['where nothing is said', {}, 403],
    ['where the policy is not sure', { allow: 'yes' }, 403],
    ['with the status of the policy', { allow: false, status_code: 429 }, 429],
    ['whatever status the policy makes up', { allow: false, status_code: 99 }, 403],
    ['where the whole document says no', false, 403],
  ])('%s', async (_case, result, status) => {
    await using pair = await start(deciding(result));
    expect((await pair.gateway.get('/')).statusCode).toBe(status);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test.each([
    ['a text', 'Give me a sign.', 'Give me a sign.'],
    ['an object', { code: 40001 }, '{"code":40001}'],
    ['a list', ['a', 1], '["a",1]'],
    ['a number', 7, '7'],
  ])('with a reason that is %s, and headers', async (_case, reason, body) => {
    const lines = { 'x-list': ['a', 2], 'x-odd': { a: 1 }, 'x-none': [], 'x-nested': [['a']] };
    const headers = { location: 'http://example.com/auth', 'x-count': 1, ...lines };
    await using pair = await start(deciding({ allow: false, status_code: 302, reason, headers }));
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([302, body]);
    const expected = { location: 'http://example.com/auth', 'x-count': '1', 'x-list': 'a, 2' };
    expect(response.headers).toMatchObject(expected);
    for (const name of ['x-odd', 'x-none', 'x-nested']) expect(response.headers).not.toHaveProperty(name);
  });

  test('whatever the policy says about the connection and the length of the answer', async () => {
    const headers = { 'Transfer-Encoding': 'chunked', 'content-length': 1, Connection: 'close' };
    await using pair = await start(deciding({ allow: false, reason: 'No.', headers }));
    for (const _time of ['first', 'again']) expect((await pair.gateway.get('/')).body).toBe('No.');
  });

  test('while the agent cannot be reached', async () => {
    await using pair = await start(allow);
    await pair.agent.close();
    expect((await pair.gateway.get('/')).statusCode).toBe(403);
    expect(pair.gateway.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });

  test('while the agent says nothing', async () => {
    await using pair = await start(() => undefined, { timeout: 50 });
    expect((await pair.gateway.get('/')).statusCode).toBe(403);
  });

  test.each(['not JSON', '{}', '[]', '{"result":null}', '{"result":"yes"}'])(
    'with 503, where the agent answers %s',
    async (answer) => {
      await using pair = await start((_req, res) => res.end(answer));
      expect((await pair.gateway.get('/')).statusCode).toBe(503);
      expect(pair.upstream.requests).toHaveLength(0);
    },
  );
});

describe('a request passes', () => {
  test.each([
    ['where the policy allows it', { allow: true }],
    ['where the whole document says yes', true],
  ])('%s', async (_case, result) => {
    await using pair = await start(deciding(result));
    expect((await pair.gateway.get('/')).statusCode).toBe(200);
  });

  test('with the listed headers of the decision, and none that the client made up', async () => {
    const decided = { 'X-User': 'ann', 'X-Groups': ['a', 'b'], 'x-inner': '1' };
    const config = { send_headers_upstream: ['x-user', 'X-Groups', 'X-Role'] };
    await using pair = await start(deciding({ allow: true, headers: decided }), config);
    await pair.gateway.get('/', { 'x-user': 'root', 'x-role': 'admin' });
    const headers = pair.upstream.requests[0]?.headers;
    expect(headers).toMatchObject({ 'x-user': 'ann', 'x-groups': 'a, b' });
    expect(headers).not.toHaveProperty('x-role');
    expect(headers).not.toHaveProperty('x-inner');
  });

  test('where it is only explained, and the agent is not asked', async () => {
    await using pair = await start(deciding(false));
    const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
    expect((await pair.gateway.engine.explain(request)).answer.status).toBe(200);
    expect(pair.agent.requests).toHaveLength(0);
  });
});

describe('the policy', () => {
  test('is told about the request, and never its body', async () => {
    await using pair = await start(allow);
    pair.time.ms = 1_800_000_000_999;

    await pair.gateway.request({
      method: 'POST',
      path: '/a/%62?x=1&x=2&y=%20&__proto__=z',
      headers: { host: 'shop.example', 'x-a': ['1', '2'] },
      body: 'a secret body',
    });

    expect(pair.agent.requests[0]).toMatchObject({ method: 'POST', url: '/v1/data/shop/orders' });
    expect(pair.agent.requests[0]?.body).not.toContain('a secret body');
    const { type, request, var: variables } = pair.input();
    expect(type).toBe('http');
    expect(request).toMatchObject({ scheme: 'http', method: 'POST', host: 'shop.example', path: '/a/b' });
    expect(request?.['port']).toBe(pair.gateway.port);
    expect(JSON.stringify(request?.['query'])).toBe('{"x":["1","2"],"y":" ","__proto__":"z"}');
    expect(request?.['headers']).toMatchObject({ 'x-a': ['1', '2'] });
    expect(variables).toMatchObject({ remote_addr: '127.0.0.1', timestamp: 1_800_000_000 });
  });

  test('is told about route, service and consumer only if it shall be', async () => {
    await using pair = await start(allow, {}, { 'key-auth': {} });
    await pair.gateway.get('/', { apikey: 'key-of-ann' });
    expect(Object.keys(pair.input())).toEqual(['type', 'request', 'var']);
  });

  test('is told about them without plugins, where secrets are, and without the upstream', async () => {
    const config = { with_route: true, with_service: true, with_consumer: true };
    await using pair = await start(allow, config, { 'key-auth': { hide_credentials: true } });
    await pair.gateway.get('/', { apikey: 'key-of-ann' });
    const input = pair.input();
    expect(input['route']).toMatchObject({ id: '1', name: 'a route', labels: { tier: 'gold' } });
    expect(input['service']).toMatchObject({ id: 's', name: 'a service' });
    expect(input['consumer']).toMatchObject({ username: 'ann', labels: { team: 'a' } });
    for (const part of [input['route'], input['service'], input['consumer']]) {
      expect(part).not.toHaveProperty('plugins');
      expect(part).not.toHaveProperty('upstream');
    }
  });
});

test.each([
  [{ host: 'http://opa' }, 'property "policy" is required'],
  [{ host: 3233, policy: 'p' }, 'property "host" validation failed: wrong type: expected string, got number'],
  [{ host: 'opa:8181', policy: 'p' }, 'property "host" validation failed: expected an http or https URL'],
  [
    { host: 'http://opa', policy: 'p', send_headers_upstream: [] },
    'property "send_headers_upstream" validation failed',
  ],
  [{ host: 'http://opa', policy: 'p', send_headers_upstream: ['a:b'] }, '"a:b" is not the name of a header'],
])('a configuration is refused: %j', async (config, message) => {
  await expect(startProtected([opa], { opa: config })).rejects.toThrow(message);
});

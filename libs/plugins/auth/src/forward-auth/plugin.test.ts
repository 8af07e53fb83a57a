import { ending, startUpstream } from '@sluice/testing';
import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startProtected } from '../shared/fixtures/start-protected.ts';
import { forwardAuth } from './plugin.ts';

/** A gateway that asks a real service. */
async function start(answer: RequestListener, config: object = {}) {
  const service = await startUpstream(answer);
  const plugins = { 'forward-auth': { uri: `${service.url}/check`, ...config } };
  const pair = await startProtected([forwardAuth], plugins);
  return ending(
    {
      ...pair,
      service,
    },
    pair,
    service,
  );
}

const yes: RequestListener = (_req, res) => res.end();
const no: RequestListener = (_req, res) =>
  res.writeHead(401, { location: '/login', 'x-reason': 'because', 'x-inner': '1' }).end('{"why":"not you"}');
const silent: RequestListener = () => undefined;

describe('a request is refused, and the upstream never hears of it,', () => {
  test('with the status and the body of the service, and only those headers that are listed', async () => {
    await using pair = await start(no, { client_headers: ['Location', 'X-Absent'] });
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([401, '{"why":"not you"}']);
    expect(response.headers).toMatchObject({ location: '/login' });
    expect(response.headers).not.toHaveProperty('x-inner');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('with each cookie that the service sets', async () => {
    const cookies = ['session=; Max-Age=0', 'back=/a, b; Path=/'];
    await using pair = await start((_req, res) => res.writeHead(401, { 'set-cookie': cookies }).end(), {
      client_headers: ['Set-Cookie'],
    });
    expect((await pair.gateway.get('/')).headers['set-cookie']).toEqual(cookies);
  });

  test('with a framing of its own, whatever is listed', async () => {
    const listed = ['Transfer-Encoding', 'Connection', 'Keep-Alive'];
    await using pair = await start(no, { client_headers: listed });
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.body]).toEqual([401, '{"why":"not you"}']);
    expect(response.rawHeaders.filter((name) => name.toLowerCase() === 'transfer-encoding')).toHaveLength(1);
  });

  test('where the service redirects', async () => {
    await using pair = await start((_req, res) => res.writeHead(302, { location: '/in' }).end(), {
      client_headers: ['location'],
    });
    const response = await pair.gateway.get('/');
    expect([response.statusCode, response.headers.location]).toEqual([302, '/in']);
  });

  test.each([
    ['403, unless something else is said', {}, 403],
    ['the status that is configured', { status_on_error: 503 }, 503],
  ])('while the service cannot be reached: with %s', async (_case, config, status) => {
    await using pair = await start(yes, config);
    await pair.service.close();
    expect((await pair.gateway.get('/')).statusCode).toBe(status);
    expect(pair.gateway.log.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('while the service says nothing', async () => {
    await using pair = await start(silent, { timeout: 50 });
    expect((await pair.gateway.get('/')).statusCode).toBe(403);
  });

  test('where a header of the question cannot be sent, even if requests may pass without an answer', async () => {
    const config = { allow_degradation: true, extra_headers: { 'x-a': '$arg_a' } };
    await using pair = await start(yes, config);
    expect((await pair.gateway.get('/?a=1%0d%0ax-user:%20root')).statusCode).toBe(400);
    expect(pair.service.requests).toHaveLength(0);
  });

  test.each([{ request_method: 'POST' }, { extra_headers: { 'x-a': '$post_arg.a' } }])(
    'where its body is longer than the service may learn of: %j',
    async (config) => {
      await using pair = await start(yes, { ...config, max_req_body_size: 4 });
      expect((await pair.gateway.request({ method: 'POST', body: '12345' })).statusCode).toBe(413);
      expect(pair.service.requests).toHaveLength(0);
    },
  );
});

describe('a request passes', () => {
  test('with the listed headers of the service, and none that the client made up', async () => {
    const answer: RequestListener = (_req, res) => res.writeHead(204, { 'x-user': 'ann', 'x-inner': '1' }).end();
    await using pair = await start(answer, { upstream_headers: ['X-User', 'X-Role'] });

    await pair.gateway.get('/', { 'x-user': 'root', 'x-role': 'admin', 'x-inner': '2' });

    const headers = pair.upstream.requests[0]?.headers;
    expect(headers).toMatchObject({ 'x-user': 'ann', 'x-inner': '2' });
    expect(headers).not.toHaveProperty('x-role');
  });

  test('with its own body and framing, whatever is listed', async () => {
    await using pair = await start((_req, res) => res.end('four'), { upstream_headers: ['Content-Length', 'Expect'] });
    await pair.gateway.request({ method: 'POST', body: '1234567' });
    expect(pair.upstream.requests[0]).toMatchObject({ body: '1234567', headers: { 'content-length': '7' } });
  });

  test('without an answer if it may, but not with headers that only the service may set', async () => {
    await using pair = await start(yes, { allow_degradation: true, upstream_headers: ['X-User'] });
    await pair.service.close();
    expect((await pair.gateway.get('/', { 'x-user': 'root' })).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('x-user');
  });

  test('where it is only explained, and the service is not asked', async () => {
    await using pair = await start(no);
    const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
    expect((await pair.gateway.engine.explain(request)).answer.status).toBe(200);
    expect(pair.service.requests).toHaveLength(0);
  });
});

describe('the service', () => {
  test('is told where the request comes from and what it wants, and the listed headers', async () => {
    await using pair = await start(yes, {
      request_headers: ['Authorization', 'X-Forwarded-Uri', 'Connection', 'X-Absent'],
      extra_headers: { 'X-Route': 'route $route_id' },
    });

    await pair.gateway.request({
      method: 'PUT',
      path: '/a?b=1',
      headers: { authorization: 'token', 'x-forwarded-uri': '/forged', host: 'shop.example', 'x-other': '1' },
    });

    const [asked] = pair.service.requests;
    expect(asked).toMatchObject({ method: 'GET', url: '/check' });
    expect(asked?.headers).toMatchObject({
      authorization: 'token',
      'x-forwarded-proto': 'http',
      'x-forwarded-method': 'PUT',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-uri': '/a?b=1',
      'x-forwarded-for': '127.0.0.1',
      'x-route': 'route 1',
    });
    expect(asked?.headers).not.toHaveProperty('x-other');
  });

  test.each([
    ['application/json', '{"tenant":{"id":"t1"}}', '$post_arg.tenant.id', 't1'],
    ['application/x-www-form-urlencoded', 'tenant=t1&x=2', 'of ${post_arg_tenant}', 'of t1'],
    ['application/json', 'no json', '$post_arg.tenant', ''],
  ])('is told fields of a body of %s, and the upstream gets all of it', async (type, body, value, told) => {
    await using pair = await start(yes, { extra_headers: { 'X-Tenant': value } });
    await pair.gateway.request({ method: 'POST', body, headers: { 'content-type': type } });
    expect(pair.service.requests[0]).toMatchObject({ method: 'GET', body: '', headers: { 'x-tenant': told } });
    expect(pair.upstream.requests[0]?.body).toBe(body);
  });

  test('gets the body by POST, and so does the upstream', async () => {
    await using pair = await start(yes, { request_method: 'POST' });
    const headers = { 'content-encoding': 'identity' };
    await pair.gateway.request({ method: 'PATCH', body: 'the body', headers });
    await pair.gateway.get('/');
    expect(pair.service.requests.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'the body'],
      ['POST', ''],
    ]);
    expect(pair.service.requests[0]?.headers).toMatchObject(headers);
    expect(pair.upstream.requests.map(({ body }) => body)).toEqual(['the body', '']);
  });

  test.each([
    [true, 1],
    [false, 2],
  ])('is asked over one connection if connections are kept: %s', async (keepalive, connections) => {
    await using pair = await start(yes, { keepalive });
    await pair.gateway.get('/');
    await pair.gateway.get('/');
    expect(pair.service.connections).toBe(connections);
  });
});

test.each([
  [{}, 'property "uri" is required'],
  [{ uri: 'auth.internal' }, 'property "uri" validation failed: expected an http or https URL'],
  [{ uri: 'ftp://auth' }, 'property "uri" validation failed: expected an http or https URL'],
  [{ uri: 'http://auth', request_method: 'PUT' }, 'property "request_method" validation failed'],
  [{ uri: 'http://auth', status_on_error: 600 }, 'property "status_on_error" validation failed'],
  [{ uri: 'http://auth', upstream_headers: ['a b'] }, '"a b" is not the name of a header'],
  [{ uri: 'http://auth', extra_headers: {} }, 'property "extra_headers" validation failed'],
  [{ uri: 'http://auth', extra_headers: { 'x\ny': '1' } }, 'is not the name of a header'],
])('a configuration is refused: %j', async (config, message) => {
  await expect(startProtected([forwardAuth], { 'forward-auth': config })).rejects.toThrow(message);
});

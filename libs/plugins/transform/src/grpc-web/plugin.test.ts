import { Metadata, Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import type { AnyPlugin } from '@sluice/plugin-kit';
import { ending, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { responseRewrite } from '../response-rewrite/plugin.ts';
import { grpcWeb } from './plugin.ts';

interface Wanted {
  readonly uri?: string;
  readonly config?: object;
  readonly plugins?: Readonly<Record<string, object>>;
}

const message = Buffer.from('hello');

/** A message as it goes over the wire. */
function frame(content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

/** A real server of gRPC, which answers every message as it is, behind a gateway. */
async function startPeers({ uri = '/web/*', config = {}, plugins = {} }: Wanted = {}) {
  const server = new Server();
  const keep = (bytes: Buffer) => bytes;
  const calls: string[] = [];
  type Call = ServerUnaryCall<Buffer, Buffer>;
  const handlers = {
    Say(call: Call, done: sendUnaryData<Buffer>) {
      calls.push(call.request.toString());
      const trailers = new Metadata();
      trailers.set('x-own', 'yes');
      done(null, call.request, trailers);
    },
    Fail: (_call: Call, done: sendUnaryData<Buffer>) => done({ code: 13, details: 'broken' }),
  };
  const method = {
    requestStream: false,
    responseStream: false,
    requestSerialize: keep,
    requestDeserialize: keep,
    responseSerialize: keep,
    responseDeserialize: keep,
  };
  server.addService(
    { Say: { ...method, path: '/test.Echo/Say' }, Fail: { ...method, path: '/test.Echo/Fail' } },
    handlers,
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const known: readonly AnyPlugin[] = [grpcWeb, responseRewrite];
  const gateway = await startGateway(known, {
    uri,
    upstream: { type: 'roundrobin', scheme: 'grpc', nodes: { [`127.0.0.1:${port}`]: 1 } },
    plugins: { 'grpc-web': config, ...plugins },
  });
  return ending(
    {
      calls,
      gateway,
      post: (type: string, body?: string | Buffer, path = '/web/test.Echo/Say', headers = {}) =>
        gateway.request({ method: 'POST', path, headers: { 'content-type': type, ...headers }, ...(body && { body }) }),
    },
    gateway,
    { [Symbol.dispose]: () => server.forceShutdown() },
  );
}

describe('a call is refused', () => {
  test.each([
    ['of another type', 'application/json', frame(message)],
    ['of plain gRPC', 'application/grpc', frame(message)],
    ['of a type with parameters', 'application/grpc-web; charset=utf-8', frame(message)],
    ['without a body', 'application/grpc-web', undefined],
    ['whose text is no Base64', 'application/grpc-web-text', '!!'],
    ['that is too long', 'application/grpc-web', frame(Buffer.alloc(100))],
    ['that is too long as text', 'application/grpc-web-text', 'A'.repeat(100)],
  ])('%s', async (_case, type, body) => {
    await using peers = await startPeers({ config: { max_req_body_size: 50 } });
    const { statusCode, headers } = await peers.post(type, body);
    expect(statusCode).toBe(400);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(peers.calls).toEqual([]);
  });

  test('that turns out to be too long', async () => {
    await using peers = await startPeers({ config: { max_req_body_size: 50 } });
    const headers = { 'transfer-encoding': 'chunked' };
    const { statusCode } = await peers.post('application/grpc-web', frame(Buffer.alloc(100)), undefined, headers);
    expect([statusCode, peers.calls]).toEqual([400, []]);
  });

  test('by another method', async () => {
    await using peers = await startPeers();
    expect((await peers.gateway.get('/web/test.Echo/Say')).statusCode).toBe(405);
  });

  test('by the gateway itself, in its own words, where there is no server', async () => {
    await using gone = await startUpstream();
    await gone.close();
    await using gateway = await startGateway([grpcWeb], { uri: '/*', upstream: gone.url, plugins: { 'grpc-web': {} } });
    const headers = { 'content-type': 'application/grpc-web' };
    const response = await gateway.request({ method: 'POST', headers, body: frame(message) });
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      502,
      expect.stringContaining('text/html'),
    ]);
    expect(response.headers['access-control-allow-origin']).toBe('*');
  });
});

test.each(['application/grpc-web', 'application/grpc-web+proto'])(
  'a call of %s comes back with its trailers',
  async (type) => {
    await using peers = await startPeers();
    const { statusCode, headers, body } = await peers.post(type, frame(message));
    expect([statusCode, headers['content-type']]).toEqual([200, type]);
    expect(peers.calls).toEqual(['hello']);
    const sent = Buffer.from(body, 'utf8').toString();
    expect(sent.startsWith(frame(message).toString())).toBe(true);
    expect(sent).toContain('grpc-status:0\r\ngrpc-message:');
    expect(sent).toContain('x-own:yes\r\n');
  },
);

test.each(['application/grpc-web-text', 'application/grpc-web-text+proto'])(
  'a call of %s is Base64 both ways',
  async (type) => {
    await using peers = await startPeers();
    const { headers, body } = await peers.post(type, frame(message).toString('base64'));
    expect(headers['content-type']).toBe(type);
    expect(peers.calls).toEqual(['hello']);
    const pieces = body.match(/[A-Za-z0-9+/]+={0,2}/g) ?? [];
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
    expect(bytes.subarray(0, 10)).toEqual(frame(message));
    expect([bytes[10], bytes.readUInt32BE(11)]).toEqual([0x80, bytes.length - 15]);
    expect(bytes.subarray(15).toString()).toMatch(/^grpc-status:0\r\n/);
  },
);

test('an error of the server stays in the head', async () => {
  await using peers = await startPeers();
  const { statusCode, headers, body } = await peers.post('application/grpc-web', frame(message), '/web/test.Echo/Fail');
  expect([statusCode, body]).toEqual([200, '']);
  expect(headers).toMatchObject({ 'grpc-status': '13', 'grpc-message': 'broken' });
});

test('a server that sends no status is told of as unknown', async () => {
  await using upstream = await startUpstream((_req, res) => res.end('x'));
  await using gateway = await startGateway([grpcWeb], {
    uri: '/*',
    upstream: upstream.url,
    plugins: { 'grpc-web': {} },
  });
  const headers = { 'content-type': 'application/grpc-web' };
  const { body } = await gateway.request({ method: 'POST', headers, body: frame(message) });
  expect(body).toContain('grpc-status:2\r\ngrpc-message:upstream grpc status not received\r\n');
});

test('what a client encodes into a path cannot begin another request to the server', async () => {
  await using upstream = await startUpstream();
  await using gateway = await startGateway([grpcWeb], {
    uri: '/web/*',
    upstream: upstream.url,
    plugins: { 'grpc-web': {} },
  });
  const headers = { 'content-type': 'application/grpc-web' };
  const tails = ['a%20HTTP/1.1%0d%0aX-Evil:1', '%C4%8D%C4%8AX-Evil:1', 'a%3fb'];
  for (const tail of tails)
    await gateway.request({ method: 'POST', path: `/web/${tail}`, headers, body: frame(message) });
  expect(upstream.requests.map(({ url }) => url)).toEqual([
    '/a%20HTTP/1.1%0D%0AX-Evil:1',
    '/%C4%8D%C4%8AX-Evil:1',
    '/a%3Fb',
  ]);
  for (const request of upstream.requests) expect(request.headers).not.toHaveProperty('x-evil');
});

test('a route without a pattern passes its path on', async () => {
  await using peers = await startPeers({ uri: '/test.Echo/Say' });
  expect((await peers.post('application/grpc-web', frame(message), '/test.Echo/Say')).statusCode).toBe(200);
  expect(peers.calls).toEqual(['hello']);
});

describe('a browser', () => {
  test('is told what it may send', async () => {
    await using peers = await startPeers({ config: { cors_allow_headers: 'x-a' } });
    const { statusCode, headers } = await peers.gateway.request({ method: 'OPTIONS', path: '/web/test.Echo/Say' });
    expect(statusCode).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'x-a',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'grpc-message,grpc-status',
    });
  });

  test.each([
    [{ 'Access-Control-Allow-Origin': 'https://one.test' }, 'https://one.test'],
    [{ Vary: 'Accept, Origin' }, undefined],
  ])('is not let in where another plugin has decided: %j', async (set, origin) => {
    await using peers = await startPeers({ plugins: { 'response-rewrite': { headers: { set } } } });
    const { headers } = await peers.post('application/grpc-web', frame(message));
    expect(headers['access-control-allow-origin']).toBe(origin);
  });
});

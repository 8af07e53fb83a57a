import {
  type Client,
  credentials,
  makeGenericClientConstructor,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { reply } from '@sluice/plugin-kit';
import { startGateway } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const text = { serialize: (value: string) => Buffer.from(value), deserialize: (bytes: Buffer) => bytes.toString() };
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/echo.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: text.serialize,
  requestDeserialize: text.deserialize,
  responseSerialize: text.serialize,
  responseDeserialize: text.deserialize,
});
const service = {
  unary: method('unary', false, false),
  fail: method('fail', false, false),
  sleep: method('sleep', false, false),
  collect: method('collect', true, false),
  repeat: method('repeat', false, true),
  chat: method('chat', true, true),
};

interface EchoClient extends Client {
  unary: Client['makeUnaryRequest'] extends never ? never : (...args: unknown[]) => unknown;
}

async function startPeers(route: object = {}, plugins: Parameters<typeof startGateway>[0] = []) {
  const server = new Server();
  let cancelled = 0;
  server.addService(service, {
    unary: (call: never, done: never) => {
      const { request, metadata } = call as { request: string; metadata: Metadata };
      const trailer = new Metadata();
      trailer.set('x-trailer', String(metadata.get('x-asked')[0]));
      (call as { sendMetadata(m: Metadata): void }).sendMetadata(trailer);
      (done as (e: null, v: string, t: Metadata) => void)(null, `echo ${request}`, trailer);
    },
    fail: (_call: never, done: never) =>
      (done as (e: object) => void)({ code: status.FAILED_PRECONDITION, details: 'not now: ü' }),
    sleep: (call: never) => (call as { on(e: string, f: () => void): void }).on('cancelled', () => (cancelled += 1)),
    collect: (call: never, done: never) => {
      const parts: string[] = [];
      (call as NodeJS.ReadableStream).on('data', (part) => parts.push(String(part)));
      (call as NodeJS.ReadableStream).on('end', () => (done as (e: null, v: string) => void)(null, parts.join('+')));
    },
    repeat: (call: never) => {
      const stream = call as unknown as NodeJS.WritableStream & { request: string };
      for (let i = 0; i < 100; i += 1) stream.write(`${stream.request}${i}` as never);
      stream.end();
    },
    chat: (call: never) => {
      const stream = call as NodeJS.ReadWriteStream;
      stream.on('data', (part) => stream.write(`re: ${String(part)}` as never));
      stream.on('end', () => stream.end());
    },
  } as never);
  const upstream = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  const gateway = await startGateway(plugins, {
    uri: '/echo.Echo/*',
    upstream: { type: 'roundrobin', scheme: 'grpc', nodes: { [`127.0.0.1:${upstream}`]: 1 } },
    ...route,
  } as never);
  const { port } = await gateway.engine.listen({ host: '127.0.0.1', port: 0, http2: true });
  const Echo = makeGenericClientConstructor(service as never, 'Echo');
  const client = new Echo(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as EchoClient &
    Record<string, (...args: unknown[]) => never>;
  return {
    client,
    gateway,
    cancelled: () => cancelled,
    [Symbol.asyncDispose]: async () => {
      client.close();
      await gateway[Symbol.asyncDispose]();
      server.forceShutdown();
    },
  };
}

type Peers = Awaited<ReturnType<typeof startPeers>>;

function call({ client }: Peers, name: string, value: string, metadata = new Metadata(), options: object = {}) {
  return new Promise<{ error: ServiceError | null; value: string }>((resolve) => {
    (client[name] as (...args: unknown[]) => void)(
      value,
      metadata,
      options,
      (error: ServiceError | null, answer: string) => resolve({ error, value: answer }),
    );
  });
}

describe('a gRPC call that fails', () => {
  test('at the upstream keeps its status and message', async () => {
    await using peers = await startPeers();
    const { error } = await call(peers, 'fail', 'x');
    expect(error).toMatchObject({ code: status.FAILED_PRECONDITION, details: 'not now: ü' });
  });

  test.each([
    ['401 of a plugin', reply(401, { message: 'Missing API key' }), status.UNAUTHENTICATED, 'Missing API key'],
    ['403 of a plugin', reply(403, { error_msg: 'nö' }), status.PERMISSION_DENIED, 'nö'],
    ['429 of a plugin', reply(429), status.RESOURCE_EXHAUSTED, 'the gateway answered 429'],
  ])('by a %s has a status of gRPC', async (_what, answer, code, details) => {
    const plugin = testPlugin('refuser', () => ({ access: () => answer }));
    await using peers = await startPeers({ plugins: { refuser: {} } }, [plugin]);
    expect((await call(peers, 'unary', 'x')).error).toMatchObject({ code, details });
  });

  test('for want of a route is unimplemented, and for want of an upstream unavailable', async () => {
    await using lost = await startPeers({ uri: '/other' });
    expect((await call(lost, 'unary', 'x')).error?.code).toBe(status.UNIMPLEMENTED);
    const nobody = { type: 'roundrobin', scheme: 'grpc', nodes: { '127.0.0.1:1': 1 } };
    await using alone = await startPeers({ upstream: nobody });
    expect((await call(alone, 'unary', 'x')).error?.code).toBe(status.UNAVAILABLE);
  });

  test('by its deadline is cancelled at the upstream', async () => {
    await using peers = await startPeers();
    const { error } = await call(peers, 'sleep', 'x', new Metadata(), { deadline: Date.now() + 200 });
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
    await expect.poll(peers.cancelled).toBe(1);
    await expect.poll(() => peers.gateway.engine.openRequests).toBe(0);
  });
});

describe('a gRPC call', () => {
  test('carries metadata both ways', async () => {
    await using peers = await startPeers();
    const metadata = new Metadata();
    metadata.set('x-asked', 'yes');
    expect(await call(peers, 'unary', 'hi', metadata)).toEqual({ error: null, value: 'echo hi' });
  });

  test('streams from the client', async () => {
    await using peers = await startPeers();
    const answer = new Promise((resolve) => {
      const stream = (peers.client['collect'] as (...a: unknown[]) => NodeJS.WritableStream)(
        (error: unknown, value: unknown) => resolve(error ?? value),
      );
      for (const part of ['a', 'b', 'c']) stream.write(part as never);
      stream.end();
    });
    expect(await answer).toBe('a+b+c');
  });

  test('streams from the server', async () => {
    await using peers = await startPeers();
    const stream = (peers.client['repeat'] as (...a: unknown[]) => NodeJS.ReadableStream)('n');
    const parts: string[] = [];
    for await (const part of stream) parts.push(String(part));
    expect(parts).toHaveLength(100);
    expect(parts[99]).toBe('n99');
  });

  test('streams both ways at once, message by message', async () => {
    await using peers = await startPeers();
    const stream = (peers.client['chat'] as (...a: unknown[]) => NodeJS.ReadWriteStream)();
    const next = () => new Promise<string>((resolve) => stream.once('data', (part) => resolve(String(part))));
    for (const word of ['one', 'two', 'three']) {
      const answer = next();
      stream.write(word as never);
      expect(await answer).toBe(`re: ${word}`);
    }
    stream.end();
    await new Promise((resolve) => stream.once('end', resolve));
  });
});

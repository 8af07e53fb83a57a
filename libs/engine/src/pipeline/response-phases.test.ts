import { Readable } from 'node:stream';
import { type BodyTransform, type Hooks, reply } from '@sluice/plugin-kit';
import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from './fixtures/test-plugin.ts';

async function startWith(hooks: Hooks, handler?: Parameters<typeof startUpstream>[0]) {
  const upstream = await startUpstream(handler);
  const gateway = await startGateway([testPlugin('p', () => hooks)], {
    uri: '/*',
    upstream: upstream.url,
    plugins: { p: {} },
  });
  return {
    upstream,
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('responseHeader', () => {
  test.each([false, true])('changes the head, also when it waits (%s), and the body stays whole', async (waits) => {
    const hooks: Hooks = {
      responseHeader(ctx) {
        ctx.response.status = 201;
        ctx.response.headers.set('X-Added', '1');
        ctx.response.headers.set('Server', 'mine');
        ctx.response.headers.remove('x-gone');
        return waits ? later() : undefined;
      },
    };
    const body = 'b'.repeat(100_000);
    await using pair = await startWith(hooks, (_req, res) => res.setHeader('X-Gone', '1').end(body));

    const response = await pair.gateway.get('/');

    expect(response.statusCode).toBe(201);
    expect(response.headers).toMatchObject({ 'x-added': '1', server: 'mine' });
    expect(response.headers).not.toHaveProperty('x-gone');
    expect(response.body === body).toBe(true);
  });

  test('also sees answers of the gateway, and those in place of a failed upstream', async () => {
    const origins: string[] = [];
    await using pair = await startWith({ responseHeader: (ctx) => void origins.push(ctx.response.origin) }, (req) =>
      req.socket.destroy(),
    );

    await pair.gateway.get('/');

    expect(origins).toEqual(['proxy-error']);
  });

  test('a value that would split the message is refused', async () => {
    await using pair = await startWith({ responseHeader: (ctx) => ctx.response.headers.set('X-A', '1\r\nX-B: 2') });

    const response = await pair.gateway.get('/');

    expect(response.statusCode).toBe(500);
    expect(response.headers).not.toHaveProperty('x-b');
  });
});

describe('responseBody', () => {
  const upper: BodyTransform = {
    chunk: (data) => Buffer.from(Buffer.from(data).toString().toUpperCase()),
    end: () => Buffer.from('!'),
  };

  test('rewrites a body as it streams, and the length no longer counts', async () => {
    await using pair = await startWith({ responseBody: () => upper }, (_req, res) =>
      res.setHeader('Content-Length', 3).end('abc'),
    );

    const response = await pair.gateway.get('/');

    expect(response.body).toBe('ABC!');
    expect(response.headers).not.toHaveProperty('content-length');
  });

  test('a transform that waits keeps the order and slows the upstream down', async () => {
    const slow: BodyTransform = { chunk: (data) => later().then(() => data), end: () => later().then(() => undefined) };
    const body = Array.from({ length: 200_000 }, (_, i) => i).join();
    await using pair = await startWith({ responseBody: () => slow }, (_req, res) => res.end(body));

    expect((await pair.gateway.get('/')).body === body).toBe(true);
  });

  test('may keep everything back until the end', async () => {
    const kept: Uint8Array[] = [];
    const all: BodyTransform = {
      chunk: (data) => void kept.push(Buffer.from(data)),
      end: () => Buffer.concat(kept).reverse(),
    };
    await using pair = await startWith(
      { responseBody: () => all },
      (_req, res) => void res.write('abc', () => res.end('def')),
    );

    expect((await pair.gateway.get('/')).body).toBe('fedcba');
  });

  test('has no part in an answer without a body', async () => {
    await using pair = await startWith({ responseBody: () => upper }, (_req, res) => res.writeHead(204).end());

    const response = await pair.gateway.get('/');

    expect([response.statusCode, response.body]).toEqual([204, '']);
  });
});

describe('an answer of a plugin', () => {
  test('may be a stream', async () => {
    await using pair = await startWith({
      access: () => ({
        status: 200,
        headers: { 'Content-Type': 'text/event-stream' },
        body: Readable.from(['data: 1\n\n', 'data: 2\n\n']),
      }),
    });

    const response = await pair.gateway.get('/');

    expect(response.body).toBe('data: 1\n\ndata: 2\n\n');
    expect(response.headers['content-type']).toBe('text/event-stream');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('a stream that fails breaks the answer off', async () => {
    const broken = () =>
      Readable.from(
        (async function* () {
          yield 'half';
          await later();
          throw new Error('boom');
        })(),
      );
    await using pair = await startWith({ access: () => ({ status: 200, headers: {}, body: broken() }) });

    await expect(pair.gateway.get('/')).rejects.toThrow();
  });

  test('without a body is the page of its status from 300 on', async () => {
    await using pair = await startWith({ access: () => reply(403) });
    expect((await pair.gateway.get('/')).body).toContain('<h1>403 Forbidden</h1>');
  });

  test('an object is JSON with a newline, as text', async () => {
    await using pair = await startWith({ rewrite: async () => reply(200, { a: 1 }) });
    const response = await pair.gateway.get('/');
    expect([response.body, response.headers['content-type']]).toEqual(['{"a":1}\n', 'text/plain; charset=utf-8']);
  });
});

describe('a body that a plugin reads', () => {
  test('still reaches the upstream', async () => {
    let read = '';
    await using pair = await startWith(
      {
        access: async (ctx) => {
          read = Buffer.from((await ctx.request.readBody(1000)) ?? []).toString();
          return undefined;
        },
      },
      (req, res) => req.pipe(res),
    );

    const response = await pair.gateway.request({ method: 'POST', body: 'hello' });

    expect([read, response.body]).toEqual(['hello', 'hello']);
  });

  test('is null beyond the limit, and still reaches the upstream whole', async () => {
    let read: unknown = 'unread';
    const body = 'x'.repeat(300_000);
    await using pair = await startWith(
      {
        access: async (ctx) => {
          read = await ctx.request.readBody(1000);
          return undefined;
        },
      },
      (req, res) => req.pipe(res),
    );

    const response = await pair.gateway.request({ method: 'POST', body });

    expect(read).toBeNull();
    expect(response.body === body).toBe(true);
  });
});

test('what a plugin changes about a request is what the upstream receives', async () => {
  await using pair = await startWith({
    rewrite(ctx) {
      ctx.request.headers.set('X-New', ctx.request.arg('old') ?? '');
      ctx.request.method = 'PUT';
      ctx.request.path = '/new%20path';
      ctx.request.query = 'a=1';
      ctx.request.host = 'other.com';
      return undefined;
    },
  });

  await pair.gateway.get('/old?old=value%20x');

  expect(pair.upstream.requests[0]).toMatchObject({
    method: 'PUT',
    url: '/new%20path?a=1',
    headers: { host: 'other.com', 'x-new': 'value x' },
  });
});

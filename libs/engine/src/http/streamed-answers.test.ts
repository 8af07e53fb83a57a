import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { captureBody, relay, reply, type RequestContext, streamReply, wholeBody } from '@sluice/plugin-kit';
import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const own = { uri: '/*', plugins: { maker: {} } };

function maker(access: (ctx: RequestContext) => unknown) {
  return testPlugin('maker', () => ({ access: access as never }));
}

test('a stream that fails, or that does not keep its length, breaks the answer off', async () => {
  async function* failing() {
    yield 'half';
    throw new Error('no more');
  }
  async function* pieces() {
    yield 'abc';
  }
  const plugin = maker(({ request }) => {
    if (request.path === '/fails') return streamReply(200, failing());
    return streamReply(200, pieces(), { 'Content-Length': request.path === '/short' ? '10' : '2' });
  });
  await using gateway = await startGateway([plugin], own);
  for (const path of ['/fails', '/short', '/long']) await expect(gateway.get(path)).rejects.toThrow();
});

test('events leave one by one, the head before the first of them', async () => {
  const next = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  async function* events() {
    for (const event of next) yield await event.promise;
  }
  await using gateway = await startGateway(
    [maker(() => streamReply(200, events(), { 'Content-Type': 'text/event-stream' }))],
    own,
  );
  using client = await rawClient(gateway.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('text/event-stream');
  next[0]?.resolve('data: 1\n\n');
  await client.until('data: 1\n\n');
  next[1]?.resolve('data: 2\n\n');
  expect(await client.until('0\r\n\r\n')).toContain('data: 2\n\n');
});

test('a client that does not read makes the stream wait, and one that goes ends it', async () => {
  let made = 0;
  let isEnded = false;
  async function* endless() {
    try {
      for (;;) {
        made += 1;
        yield Buffer.alloc(64 * 1024);
      }
    } finally {
      isEnded = true;
    }
  }
  await using gateway = await startGateway([maker(() => streamReply(200, endless()))], own);
  using client = await rawClient(gateway.port);
  client.socket.pause();
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(async () => {
    const before = made;
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBeGreaterThan(0);
    expect(made).toBe(before);
  });
  // What the kernel takes for both sockets, and no more.
  expect(made).toBeLessThan(500);
  client.socket.destroy();
  await eventually(() => expect(isEnded).toBe(true));
});

test('a stream that waits for something is told when the client goes', async () => {
  const outcomes: string[] = [];
  const source = new Readable({ read() {}, destroy: (error, done) => (outcomes.push('destroyed'), done(error)) });
  const plugin = maker((ctx) => {
    ctx.signal.addEventListener('abort', () => outcomes.push('aborted'));
    ctx.afterResponse(() => void outcomes.push('after'));
    return streamReply(200, source);
  });
  await using gateway = await startGateway([plugin], own);
  using client = await rawClient(gateway.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('200 OK');
  client.socket.destroy();
  await eventually(() => expect(outcomes.toSorted()).toEqual(['aborted', 'after', 'destroyed']));
});

test('a rewriter of events passes each on as it comes, whatever pieces they come in', async () => {
  const send: ((text: string) => void)[] = [];
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    send.push(
      (text) => res.write(text),
      () => res.end(),
    );
    res.flushHeaders();
  });
  const rewriter = testPlugin('maker', () => ({
    responseBody() {
      let held = '';
      return {
        chunk(data) {
          const events = (held + Buffer.from(data).toString()).split('\n\n');
          held = events.pop() ?? '';
          return events.length === 0
            ? undefined
            : Buffer.from(events.map((event) => `${event.toUpperCase()}\n\n`).join(''));
        },
        end: () => Buffer.from(`${held}: end\n\n`),
      };
    },
  }));
  await using gateway = await startGateway([rewriter], { ...own, upstream: upstream.url });
  using client = await rawClient(gateway.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('event-stream');
  send[0]?.('data: on');
  send[0]?.('e\n\nda');
  await client.until('DATA: ONE\n\n');
  send[0]?.('ta: two\n\n');
  await client.until('DATA: TWO\n\n');
  send[1]?.('');
  expect(await client.until('0\r\n\r\n')).toContain(': end\n\n');
});

test('a cache answers the second request without the upstream', async () => {
  await using upstream = await startUpstream((_req, res) => res.end('expensive'));
  const cached = new Map<string, Buffer>();
  const cache = testPlugin('maker', () => {
    const capture = Symbol('capture');
    return {
      access: ({ request }) => {
        const hit = cached.get(request.path);
        return hit && reply(200, hit, { 'X-Cache': 'HIT' });
      },
      responseBody(ctx) {
        if (ctx.response.origin !== 'upstream') return undefined;
        const kept = captureBody(1000);
        ctx.state.set(capture, kept);
        return kept;
      },
      log(ctx) {
        const kept = ctx.state.get(capture) as ReturnType<typeof captureBody> | undefined;
        if (kept?.isWhole) cached.set(ctx.request.path, Buffer.from(kept.bytes()));
      },
    };
  });
  await using gateway = await startGateway([cache], { ...own, upstream: upstream.url });
  const first = await gateway.get('/a');
  expect([first.body, first.headers['x-cache']]).toEqual(['expensive', undefined]);
  const second = await gateway.get('/a');
  expect([second.body, second.headers['x-cache'], upstream.requests.length]).toEqual(['expensive', 'HIT', 1]);
});

test('to look on keeps the length of an answer, to change it does not', async () => {
  await using upstream = await startUpstream((_req, res) => res.setHeader('Content-Length', 5).end('hello'));
  const plugin = testPlugin('maker', () => ({
    responseBody: ({ request }) =>
      request.path === '/look' ? captureBody(10) : wholeBody(100, (body) => Buffer.concat([body, Buffer.from('!')])),
  }));
  await using gateway = await startGateway([plugin], { ...own, upstream: upstream.url });
  expect((await gateway.get('/look')).headers['content-length']).toBe('5');
  const changed = await gateway.get('/change');
  expect([changed.body, changed.headers['content-length']]).toEqual(['hello!', undefined]);
});

test('trailers of an upstream can be read, changed and turned into a body', async () => {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(200, { Trailer: 'grpc-status' });
    res.write('data');
    res.addTrailers({ 'grpc-status': '0' });
    res.end();
  });
  const plugin = testPlugin('maker', () => ({
    responseBody: ({ request, response }) => ({
      chunk: (data) => data,
      end() {
        const status = response.trailers.get('grpc-status') ?? 'none';
        if (request.path === '/web') response.trailers.remove('grpc-status');
        else response.trailers.set('Seen', 'yes');
        return Buffer.from(`|${status}`);
      },
    }),
  }));
  await using gateway = await startGateway([plugin], { ...own, upstream: upstream.url });
  const kept = await gateway.get('/keep', { te: 'trailers' });
  expect([kept.body, kept.trailers]).toEqual(['data|0', { 'grpc-status': '0', seen: 'yes' }]);
  expect((await gateway.get('/web', { te: 'trailers' })).trailers).toEqual({});
});

test('an answer that a plugin passes on counts as the upstream’s, with its fields, length and trailers', async () => {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(203, { 'Content-Length': '4', 'X-Two': ['a', 'b'] });
    res.end('body');
  });
  const origins: string[] = [];
  const plugin = testPlugin('maker', () => ({
    access: async (ctx) => relay(await ctx.send({})),
    log: ({ response }) => void origins.push(response.origin),
  }));
  await using gateway = await startGateway([plugin], { ...own, upstream: upstream.url });
  const answer = await gateway.get('/');
  expect([answer.statusCode, answer.headers['content-length'], answer.headers['x-two'], answer.body]).toEqual([
    203,
    '4',
    'a, b',
    'body',
  ]);
  expect(origins).toEqual(['upstream']);
  const head = await new Promise<number>((resolve) => {
    httpRequest({ port: gateway.port, host: '127.0.0.1', method: 'HEAD' }, (res) => resolve(res.statusCode ?? 0)).end();
  });
  expect(head).toBe(203);
});

test('chunks keep their order where one transform answers at once and the next one waits now and then', async () => {
  const pieces = Array.from({ length: 200 }, (_, i) => `${i},`);
  async function* all() {
    for (const piece of pieces) yield piece;
  }
  const plugin = testPlugin('maker', () => ({
    access: () => streamReply(200, all()),
    responseBody() {
      let count = 0;
      return {
        chunk(data) {
          count += 1;
          if (count % 3 !== 0) return data;
          return new Promise((resolve) => setImmediate(() => resolve(data)));
        },
        end: () => Buffer.from('end'),
      };
    },
  }));
  const upper = testPlugin('upper', () => ({ responseBody: () => captureBody(10_000) }));
  await using gateway = await startGateway([plugin, upper], { uri: '/*', plugins: { maker: {}, upper: {} } });
  expect((await gateway.get('/')).body).toBe(`${pieces.join('')}end`);
});

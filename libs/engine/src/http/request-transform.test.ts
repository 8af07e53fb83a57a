import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { type BodyTransform, captureBody, Refusal, reply, type RequestContext } from '@sluice/plugin-kit';
import { rawClient, startGateway, startRawServer, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

function changer(rewrite: (ctx: RequestContext) => unknown) {
  return testPlugin('changer', () => ({ rewrite: rewrite as never }));
}

const upper: BodyTransform = {
  chunk: (data) => Buffer.from(Buffer.from(data).toString().toUpperCase()),
  end: () => Buffer.from('!'),
};

function route(upstream: string) {
  return { uri: '/*', upstream, plugins: { changer: {} } };
}

test('a body that a transform refuses half-way is answered, and the upstream never sees a whole request', async () => {
  await using upstream = await startUpstream(() => {});
  const plugin = changer(({ request }) => {
    let size = 0;
    request.transformBody({
      keepsBytes: true,
      chunk(data) {
        size += data.length;
        if (size > 100_000) throw new Refusal(reply(413, { message: 'too much' }));
        return data;
      },
      end: () => undefined,
    });
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  using client = await rawClient(gateway.port);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `2710\r\n${'x'.repeat(10_000)}\r\n`;
  for (let i = 0; i < 12; i += 1) client.send(chunk);
  expect(await client.until('too much')).toContain('413 Payload Too Large');
  await eventually(() => expect(gateway.engine.openRequests).toBe(0));
  expect(upstream.requests.every(({ body }) => body === '')).toBe(true);
});

test('a transform that throws fails the request and not the process', async () => {
  await using upstream = await startUpstream();
  const plugin = changer(({ request }) =>
    request.transformBody({ chunk: () => Promise.reject(new Error('broken')), end: () => undefined }),
  );
  await using gateway = await startGateway([plugin], route(upstream.url));
  expect((await gateway.request({ method: 'POST', body: 'abc' })).statusCode).toBe(500);
  expect((await gateway.get('/')).statusCode).toBe(200);
});

test('transforms work one after the other, and later readers see what the body has become', async () => {
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('ok')));
  const seen: unknown[] = [];
  const plugin = changer(async ({ request }) => {
    request.transformBody(upper);
    request.transformBody({ chunk: (data) => Buffer.from(`<${Buffer.from(data).toString()}>`), end: () => undefined });
    seen.push(request.bodyLength, Buffer.from((await request.readBody(100)) ?? []).toString());
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  await gateway.request({ method: 'POST', body: 'abc' });
  expect(seen).toEqual([-1, '<ABC><!>']);
  expect(upstream.requests[0]).toMatchObject({ body: '<ABC><!>', headers: { 'transfer-encoding': 'chunked' } });
});

test('a transformed body is sent again where the first node was not reached', async () => {
  await using dead = await startUpstream();
  await dead.close();
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('ok')));
  const plugin = changer(({ request }) => request.transformBody(upper));
  const nodes = { [dead.node]: 1, [upstream.node]: 1 };
  await using gateway = await startGateway([plugin], { ...route(''), upstream: { type: 'roundrobin', nodes } });
  for (let i = 0; i < 2; i += 1) expect((await gateway.request({ method: 'POST', body: 'abc' })).body).toBe('ok');
  expect(upstream.requests.map(({ body }) => body)).toEqual(['ABC!', 'ABC!']);
});

test('another body takes the place of the client’s, and the connection goes on', async () => {
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('ok')));
  const plugin = changer(({ request }) => {
    if (request.path === '/none') request.setBody(null);
    else request.setBody(request.path === '/empty' ? '' : 'mine');
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  using client = await rawClient(gateway.port);
  const big = 'x'.repeat(100_000);
  for (const path of ['/other', '/empty', '/none']) {
    const before = upstream.requests.length;
    client.send(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${big.length}\r\n\r\n${big}`);
    await eventually(() => expect(client.received.match(/200 OK/g)).toHaveLength(before + 1));
  }
  expect(upstream.requests.map(({ body, headers }) => [body, headers['content-length']])).toEqual([
    ['mine', '4'],
    ['', '0'],
    ['', undefined],
  ]);
});

test('a body set by a plugin is kept for as many tries as there are, however long it is', async () => {
  await using dying = await startRawServer((socket) => socket.on('data', () => socket.destroy()));
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('ok')));
  const long = 'y'.repeat(300_000);
  const plugin = changer(({ request }) => request.setBody(long));
  const nodes = [
    { host: '127.0.0.1', port: dying.port, weight: 1, priority: 1 },
    { host: '127.0.0.1', port: upstream.port, weight: 1, priority: 0 },
  ];
  await using gateway = await startGateway([plugin], { ...route(''), upstream: { type: 'roundrobin', nodes } });
  expect((await gateway.request({ method: 'PUT', body: 'z' })).body).toBe('ok');
  expect(upstream.requests[0]?.body).toBe(long);
});

test('a capture sees the beginning of a body and leaves its length as it is', async () => {
  await using upstream = await startUpstream((req, res) => void req.on('end', () => res.end('ok')));
  const captures: unknown[] = [];
  const plugin = testPlugin('changer', () => {
    const key = Symbol('capture');
    return {
      rewrite(ctx) {
        const capture = captureBody(3);
        ctx.state.set(key, capture);
        ctx.request.transformBody(capture);
        return undefined;
      },
      log(ctx) {
        const { total, isWhole, ...capture } = ctx.state.get(key) as ReturnType<typeof captureBody>;
        captures.push([total, isWhole, Object.keys(capture).length >= 0]);
        captures.push(Buffer.from((ctx.state.get(key) as ReturnType<typeof captureBody>).bytes()).toString());
      },
    };
  });
  await using gateway = await startGateway([plugin], route(upstream.url));
  await gateway.request({ method: 'POST', body: 'abcdef' });
  await eventually(() => expect(captures).toEqual([[6, false, true], 'abc']));
  expect(upstream.requests[0]?.headers['content-length']).toBe('6');
});

test('a hundred mebibytes pass through transforms both ways without being held', async () => {
  const size = 100 * 1024 * 1024;
  const received = createHash('sha256');
  await using upstream = await startUpstream();
  // The recording upstream keeps bodies, so this one is bare.
  upstream.server.removeAllListeners('request');
  upstream.server.on('request', (req, res) => {
    req.on('data', (chunk: Buffer) => {
      received.update(chunk);
      if (!res.write(chunk)) req.pause();
    });
    res.on('drain', () => req.resume());
    req.on('end', () => res.end());
  });
  const flip: BodyTransform = {
    chunk(data) {
      const flipped = Buffer.allocUnsafe(data.length);
      for (let i = 0; i < data.length; i += 1) flipped[i] = (data[i] ?? 0) ^ 0xff;
      return flipped;
    },
    end: () => undefined,
  };
  const plugin = testPlugin('changer', () => ({
    rewrite: ({ request }) => void request.transformBody(flip),
    responseBody: () => flip,
  }));
  await using gateway = await startGateway([plugin], route(upstream.url));
  const chunk = Buffer.alloc(256 * 1024, 7);
  // What is neither with the sender any more nor back with it: in buffers of the gateway, the upstream and the kernel.
  let [most, sent, got] = [0, 0, 0];
  await new Promise<void>((resolve, reject) => {
    const req = httpRequest({ port: gateway.port, host: '127.0.0.1', method: 'POST', path: '/' }, (res) => {
      res.on('data', (data: Buffer) => {
        got += data.length;
        most = Math.max(most, sent - got);
      });
      res.on('end', resolve);
      res.on('error', reject);
    });
    req.on('error', reject);
    let left = size;
    const push = (): void => {
      while (left > 0) {
        left -= chunk.length;
        sent += chunk.length;
        if (!req.write(chunk)) return void req.once('drain', push);
      }
      req.end();
    };
    push();
  });
  expect(got).toBe(size);
  const expected = createHash('sha256');
  for (let i = 0; i < size / chunk.length; i += 1) expected.update(Buffer.alloc(chunk.length, 7 ^ 0xff));
  expect(received.digest('hex')).toBe(expected.digest('hex'));
  expect(most).toBeLessThan(32 * 1024 * 1024);
});

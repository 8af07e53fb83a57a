import { connect } from 'node:http2';
import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import type { ListenOptions } from './listener.ts';
import type { EngineOptions } from '../engine-options.ts';

async function startPair(listen: Partial<ListenOptions>, options: Partial<EngineOptions> = {}) {
  const upstream = await startUpstream((req, res) => res.end(`saw ${String(req.headers['x-real-ip'])}`));
  const gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, options);
  const { port, address } = await gateway.engine.listen({ host: '127.0.0.1', port: 0, ...listen });
  return {
    upstream,
    gateway,
    port,
    address,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const headerV2 = (command: number, family: number, content: string): Buffer => {
  const bytes = Buffer.from(content, 'hex');
  return Buffer.concat([
    Buffer.from('0d0a0d0a000d0a515549540a', 'hex'),
    Buffer.from([0x20 | command, family, bytes.length >> 8, bytes.length & 255]),
    bytes,
  ]);
};

describe('a port with PROXY protocol', () => {
  test.each([
    ['no header', get],
    ['a header that lies about its family', `PROXY TCP4 ::1 ::1 1 2\r\n${get}`],
    ['a header with a broken address', `PROXY TCP4 1.2.3 1.1.1.1 1 2\r\n${get}`],
    ['a header with a broken port', `PROXY TCP4 1.2.3.4 1.1.1.1 70000 2\r\n${get}`],
    ['a header with more than it may have', `PROXY TCP4 1.2.3.4 1.1.1.1 1 2 3\r\n${get}`],
    ['a header without end', `PROXY ${'x'.repeat(200)}`],
    ['another version', Buffer.concat([headerV2(1, 0x11, '').fill(0x31, 12, 13), Buffer.from(get)])],
    ['addresses that are cut off', Buffer.concat([headerV2(1, 0x11, '01020304'), Buffer.from(get)])],
  ])('ends a connection with %s', async (_what, bytes) => {
    await using pair = await startPair({ proxyProtocol: true });
    using client = await rawClient(pair.port);
    client.send(bytes);
    expect(await client.closed()).toBe('');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test.each([
    ['version 1', `PROXY TCP4 9.8.7.6 1.1.1.1 1234 80\r\n`, '9.8.7.6'],
    ['version 1 over IPv6', `PROXY TCP6 2001:db8::1 ::1 1234 80\r\n`, '2001:db8::1'],
    ['version 2', headerV2(1, 0x11, '09080706010101010401 0050'.replaceAll(' ', '')), '9.8.7.6'],
    [
      'version 2 over IPv6 with additions',
      headerV2(1, 0x21, '20010db8000000000000000000000001'.padEnd(64, '0') + '04d20050' + '040001ff'),
      '2001:db8::1',
    ],
    ['a health check of the proxy', headerV2(0, 0, ''), '127.0.0.1'],
    ['an unknown client', 'PROXY UNKNOWN\r\n', '127.0.0.1'],
  ])('takes the client from %s', async (_what, header, ip) => {
    await using pair = await startPair({ proxyProtocol: true });
    using client = await rawClient(pair.port);
    client.send(Buffer.concat([Buffer.from(header), Buffer.from(get)]));
    expect(await client.closed()).toContain(`saw ${ip}`);
  });

  test('reads a header that arrives byte by byte, and the TLS or HTTP/2 behind it', async () => {
    await using pair = await startPair({ proxyProtocol: true, http2: true });
    using client = await rawClient(pair.port);
    for (const byte of Buffer.from(`PROXY TCP4 9.8.7.6 1.1.1.1 1234 80\r\n${get}`)) {
      client.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.closed()).toContain('saw 9.8.7.6');
  });

  test('believes nobody but the proxies', async () => {
    await using pair = await startPair({ proxyProtocol: true }, { listeners: { proxies: ['10.0.0.0/8'] } });
    using client = await rawClient(pair.port);
    client.send(`PROXY TCP4 9.8.7.6 1.1.1.1 1234 80\r\n${get}`);
    expect(await client.closed()).toBe('');
    expect(pair.gateway.engine.metrics.render()).toContain('sluice_refused_total{reason="proxy"} 1');
  });
});

describe('a plain port', () => {
  test('speaks HTTP/1.1 and, by prior knowledge, HTTP/2', async () => {
    await using pair = await startPair({ http2: true });
    using client = await rawClient(pair.port);
    client.send(get);
    expect(await client.closed()).toContain('200 OK');

    const session = connect(`http://127.0.0.1:${pair.port}`);
    const stream = session.request({ ':path': '/' });
    const status = await new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])));
    expect(status).toBe(200);
    session.close();
  });

  test('refuses a request line that claims to be of HTTP/2', async () => {
    await using pair = await startPair({ http2: true });
    using client = await rawClient(pair.port);
    client.send('GET / HTTP/2.0\r\nHost: a\r\n\r\n');
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 505 /);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('keeps connections and serves pipelined requests behind a first look', async () => {
    await using pair = await startPair({ http2: true });
    using client = await rawClient(pair.port);
    client.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => client.received.match(/200 OK/g)?.length).toBe(2);
    client.send(get);
    expect((await client.closed()).match(/200 OK/g)).toHaveLength(3);
  });

  test.each(['P', 'PRI * HTTP/2.0\r\n\r\nSM'])('ends a connection that stops in the middle of "%s"', async (bytes) => {
    await using pair = await startPair({ http2: true }, { limits: { headerTimeoutMs: 50 } });
    using client = await rawClient(pair.port);
    client.send(bytes);
    expect(await client.closed()).toBe('');
  });

  test('that looks at first bytes ends a slow head as one that does not', async () => {
    await using pair = await startPair({ http2: true }, { limits: { headerTimeoutMs: 50 } });
    using client = await rawClient(pair.port);
    client.send('GET / HTTP/1.1\r\n');
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each([true, false])('takes no more connections than it may (first look: %s)', async (http2) => {
    await using pair = await startPair({ http2 }, { limits: { connectionsMax: 1 } });
    using first = await rawClient(pair.port);
    first.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await first.until('saw');
    using second = await rawClient(pair.port);
    await second.closed();
    first.send(get);
    expect((await first.closed()).match(/200 OK/g)).toHaveLength(2);
    expect(pair.gateway.engine.metrics.render()).toContain('sluice_refused_total{reason="connections"} 1');
  });

  test('listens on IPv6, alone or for both', async () => {
    await using pair = await startPair({ host: '::1', http2: true });
    expect(pair.address).toBe('::1');
    await using both = await startPair({ host: '::', http2: true });
    using client = await rawClient(both.port);
    client.send(get);
    expect(await client.closed()).toContain('saw 127.0.0.1');
  });

  test('shares its port only when asked to', async () => {
    await using pair = await startPair({ http2: true, reusePort: true });
    const { engine } = pair.gateway;
    const again = await engine.listen({ host: '127.0.0.1', port: pair.port, http2: true, reusePort: true });
    expect(again.port).toBe(pair.port);
    await expect(engine.listen({ host: '127.0.0.1', port: pair.port, http2: true })).rejects.toThrow(/EADDRINUSE/);
  });
});

test('a stop lets requests behind a first look finish, and then ends', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  await using upstream = await startUpstream((_req, res) => void mayEnd.then(() => res.end('finished')));
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
  const { port } = await gateway.engine.listen({ host: '127.0.0.1', port: 0, http2: true });
  using client = await rawClient(port);
  using idle = await rawClient(port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':path': '/' });
  await expect.poll(() => upstream.requests.length).toBe(2);

  const closing = gateway.engine.close({ deadlineMs: 5_000 });
  await expect(rawClient(port)).rejects.toThrow();
  // It has not said a word, so that nobody waits for it.
  await idle.closed();
  end();

  expect(await client.closed()).toContain('finished');
  const text = await new Promise((resolve) => stream.on('data', (data) => resolve(String(data))));
  expect(text).toBe('finished');
  await closing;
});

test('a client that resets its connection while it is refused takes nothing else with it', async () => {
  await using pair = await startPair({ protocol: 'https' });
  for (let i = 0; i < 30; i += 1) {
    using client = await rawClient(pair.port);
    client.send(get);
    setImmediate(() => client.socket.resetAndDestroy());
    // An error that nobody listens for would end the process, and fails this test.
    await client.closed();
  }
  expect((await pair.gateway.get('/')).statusCode).toBe(200);
});

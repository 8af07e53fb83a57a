import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startHttp2Pair } from '../http2/fixtures/http2-pair.ts';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';

const limits = { bodyTimeoutMs: 100 };
const post = (path = '/') => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n`;

describe('a client that stops sending its body', () => {
  test.each([
    ['before the first byte', ''],
    ['in the middle', 'abc'],
  ])('%s is answered 408, and what the upstream got of it breaks off', async (_when, part) => {
    let isWhole = false;
    await using upstream = await startUpstream((req) => req.on('end', () => (isWhole = true)).resume());
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { limits });
    using client = await rawClient(gateway.port);

    client.send(post() + part);
    const text = await client.closed();

    expect(text).toMatch(/^HTTP\/1\.1 408 [^]*Connection: close/i);
    await expect.poll(() => upstream.sockets.size).toBe(0);
    await expect.poll(() => gateway.engine.openRequests).toBe(0);
    expect(isWhole).toBe(false);
  });

  test('is answered 408 also while a plugin waits for the body, and the upstream never hears of it', async () => {
    await using upstream = await startUpstream();
    const reader = testPlugin('reader', () => ({ access: async ({ request }) => void (await request.readBody(100)) }));
    const fields = { uri: '/*', upstream: upstream.url, plugins: { reader: {} } };
    await using gateway = await startGateway([reader], fields, { limits });
    using client = await rawClient(gateway.port);

    client.send(`${post()}abc`);

    expect(await client.closed()).toMatch(/^HTTP\/1\.1 408 /);
    await expect.poll(() => gateway.engine.openRequests).toBe(0);
    expect(upstream.requests).toHaveLength(0);
  });

  test('is answered 408 over HTTP/2, and other streams of the connection go on', async () => {
    await using pair = await startHttp2Pair((req, res) => void (req.url === '/slow' ? req.resume() : res.end('ok')), {
      limits,
    });
    const stream = pair.session.request({ ':path': '/slow', ':method': 'POST' }, { endStream: false });
    stream.on('error', () => {});
    stream.write('abc');

    const status = await new Promise((resolve) => stream.on('response', (fields) => resolve(fields[':status'])));

    expect(status).toBe(408);
    expect((await pair.ask({ ':path': '/other' })).status).toBe(200);
  });
});

describe('a slow client', () => {
  test('that goes on sending is served, however long that takes in all', async () => {
    await using upstream = await startUpstream((req, res) => req.pipe(res));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { limits });
    using client = await rawClient(gateway.port);

    client.send(post());
    for (let n = 0; n < 10; n += 1) {
      client.send(String(n));
      // As the upstream sends back what it gets, the answer says when to go on.
      await client.until(new RegExp(`${n}\\r\\n`));
    }

    expect(await client.until(/0\r\n\r\n$/)).toContain('HTTP/1.1 200 OK');
  });

  test('is not held against the times of the upstream', async () => {
    await using upstream = await startUpstream((req, res) => req.resume().on('end', () => res.end('got it')));
    const timeout = { connect: 1, send: 0.02, read: 5 };
    const fields = { uri: '/*', upstream: upstream.url, timeout };
    await using gateway = await startGateway([], fields, { limits: { bodyTimeoutMs: 10_000 } });
    using client = await rawClient(gateway.port);
    using other = await rawClient(gateway.port);
    client.send(`${post('/slow')}abc`);
    await expect.poll(() => upstream.requests.length).toBe(1);

    // Another request takes longer than the upstream may be silent.
    other.send('POST /again HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nh');
    await expect.poll(() => upstream.requests.length).toBe(2);
    for (let n = 0; n < 20; n += 1) await gateway.get('/between');
    other.send('i');
    await other.until('got it');
    client.send('defghij');

    expect(await client.until('got it')).toContain('HTTP/1.1 200 OK');
  });

  test('is not hurried once the answer has begun', async () => {
    await using upstream = await startUpstream((req, res) => {
      res.write('begun.');
      req.resume().on('end', () => res.end('over.'));
    });
    await using gateway = await startGateway(
      [],
      { uri: '/*', upstream: upstream.url },
      { limits: { bodyTimeoutMs: 20 } },
    );
    using client = await rawClient(gateway.port);
    using late = await rawClient(gateway.port);

    client.send(`${post()}abc`);
    await client.until('begun.');
    // One that has no answer yet runs out of time meanwhile.
    late.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
    await late.until('100 Continue');
    client.send('defghij');

    expect(await client.until('over.')).toContain('HTTP/1.1 200 OK');
  });
});

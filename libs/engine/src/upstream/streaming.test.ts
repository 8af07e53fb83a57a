import { type IncomingMessage, request } from 'node:http';
import { onRequestHead, rawClient, startGateway, startRawServer, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';

const mebibyte = 1024 * 1024;

describe('bodies', () => {
  test.each([mebibyte, 100, 0])('of %i bytes arrive unchanged both ways', async (size) => {
    await using upstream = await startUpstream((req, res) => req.pipe(res));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    const body = 'abcdefghij'.repeat(Math.ceil(size / 10)).slice(0, size);

    const response = await gateway.request({ method: 'POST', body, headers: { 'content-length': String(size) } });

    expect(response.body === body).toBe(true);
    expect(upstream.requests[0]?.body === body).toBe(true);
  });

  test('with a length keep it, without one are chunked', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    await client.until('ok');
    await gateway.request({ method: 'POST', body: 'abc', headers: { 'content-length': '3' } });

    expect(upstream.requests[0]).toMatchObject({ body: 'abc', headers: { 'transfer-encoding': 'chunked' } });
    expect(upstream.requests[1]).toMatchObject({ body: 'abc', headers: { 'content-length': '3' } });
  });

  test('flow while they are made: the first piece does not wait for the last', async () => {
    const { promise: isSeen, resolve: seen } = Promise.withResolvers<void>();
    await using upstream = await startUpstream((_req, res) => {
      res.write('first');
      void isSeen.then(() => res.end('last'));
    });
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('first');
    seen();

    expect(await client.until('last')).toContain('Transfer-Encoding: chunked');
  });

  test('a head that comes before its body does not wait for it', async () => {
    await using upstream = await startUpstream((_req, res) => res.writeHead(200, { 'X-Early': '1' }).flushHeaders());
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

    await client.until('X-Early: 1');
  });

  test('an answer to HEAD keeps its length and has no body', async () => {
    await using upstream = await startUpstream((_req, res) =>
      res.writeHead(200, { 'Content-Length': '9' }).end('all of it'),
    );
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const text = await client.closed();

    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).toContain('Content-Length: 9\r\n');
  });

  test.each([204, 304])('an answer %i has no body, and the connection goes on', async (status) => {
    await using upstream = await startUpstream((_req, res) => res.writeHead(status).end());
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const text = await client.closed();

    expect(text.match(new RegExp(`HTTP/1\\.1 ${status}`, 'g'))).toHaveLength(2);
    expect(text).not.toContain('Transfer-Encoding');
  });

  test('a body that ends with its connection is chunked for a client of HTTP/1.1 and ends with the connection for one of 1.0', async () => {
    await using upstream = await startRawServer((socket) =>
      onRequestHead(socket, () => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it')),
    );
    await using gateway = await startGateway([], { uri: '/*', upstream: `http://${upstream.node}` });
    using old = await rawClient(gateway.port);

    old.send('GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n');
    const text = await old.closed();

    expect((await gateway.get('/')).headers['transfer-encoding']).toBe('chunked');
    expect(text).toMatch(/Connection: close\r\n\r\nall of it$/);
    expect(old.state).toBe('end');
  });

  test('trailers reach a client that asked for them, and only that one', async () => {
    const bytes =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nContent-Length: 7\r\n\r\n';
    await using upstream = await startRawServer((socket) => onRequestHead(socket, () => socket.write(bytes)));
    await using gateway = await startGateway([], { uri: '/*', upstream: `http://${upstream.node}` });

    expect((await gateway.get('/', { te: 'trailers' })).trailers).toEqual({ 'x-sum': '1' });
    expect((await gateway.get('/')).trailers).toEqual({});
  });
});

describe('backpressure', () => {
  test('a client that reads slowly slows the upstream down instead of filling memory', async () => {
    const size = 64 * mebibyte;
    let written = 0;
    await using upstream = await startUpstream((_req, res) => {
      const piece = Buffer.alloc(64 * 1024);
      const write = (): void => {
        while (written < size) {
          written += piece.length;
          if (!res.write(piece)) return void res.once('drain', write);
        }
        res.end();
      };
      write();
    });
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    const { promise: answer, resolve } = Promise.withResolvers<IncomingMessage>();
    request({ port: gateway.port, host: '127.0.0.1' }, (res) => resolve(res.pause())).end();
    const res = await answer;

    let before = -1;
    const standsStill = () => written === before || ((before = written), false);
    await expect.poll(standsStill, { interval: 200 }).toBe(true);
    expect(written).toBeLessThan(size / 2);
    let read = 0;
    for await (const chunk of res) read += (chunk as Buffer).length;
    expect(read).toBe(size);
  });

  test('an upstream that reads slowly slows the client down', async () => {
    const { promise: mayRead, resolve: read } = Promise.withResolvers<void>();
    await using upstream = await startRawServer((socket) => {
      socket.pause();
      void mayRead.then(() => socket.resume());
    });
    await using gateway = await startGateway([], { uri: '/*', upstream: `http://${upstream.node}` });
    using client = await rawClient(gateway.port);
    const size = 64 * mebibyte;

    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    client.send(Buffer.alloc(size));

    await expect.poll(() => upstream.connections).toBe(1);
    await expect.poll(() => client.socket.writableLength > size / 2).toBe(true);
    read();
    await expect.poll(() => client.socket.writableLength, { timeout: 10_000 }).toBe(0);
  });
});

describe('a client that goes away', () => {
  test('while the upstream thinks ends the request there', async () => {
    await using upstream = await startUpstream(() => {});
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.socket.destroy();

    await expect.poll(() => upstream.sockets.size).toBe(0);
    expect(gateway.engine.openRequests).toBe(0);
  });

  test('in the middle of a download ends the download there', async () => {
    await using upstream = await startUpstream((_req, res) => {
      const timer = setInterval(() => res.write('x'.repeat(1000)), 5);
      res.on('close', () => clearInterval(timer));
    });
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('xxx');
    client.socket.destroy();

    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('in the middle of an upload ends the upload there, and the upstream does not see a whole request', async () => {
    let isWhole = false;
    await using upstream = await startUpstream((req) => req.on('end', () => (isWhole = true)));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.socket.destroy();

    await expect.poll(() => upstream.sockets.size).toBe(0);
    expect(isWhole).toBe(false);
  });
});

test('an early answer reaches the client, and the rest of the upload is not sent on', async () => {
  await using upstream = await startUpstream((_req, res) => res.writeHead(413).end('too much'));
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
  using client = await rawClient(gateway.port);

  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  await client.until('too much');
  client.send('defghijGET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await client.closed();

  expect(upstream.requests.map(({ url }) => url)).toEqual(['/', '/next']);
});

test('a client that asks first is told to go on once the request may pass', async () => {
  await using upstream = await startUpstream((req, res) => req.pipe(res));
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
  using client = await rawClient(gateway.port);

  client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
  await client.until('HTTP/1.1 100 Continue\r\n\r\n');
  client.send('abc');

  expect(await client.until('abc')).toContain('HTTP/1.1 200 OK');
  expect(upstream.requests[0]?.headers).not.toHaveProperty('expect');
});

test('a client that asks first and is refused is not told to go on', async () => {
  await using gateway = await startGateway([], []);
  using client = await rawClient(gateway.port);

  client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');

  expect(await client.until('Route Not Found')).not.toContain('100 Continue');
});

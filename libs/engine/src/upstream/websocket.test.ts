import { once } from 'node:events';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onRequestHead, rawClient, startGateway, startRawServer, startUpstream, testAuthority } from '@sluice/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { answerOf, handshake, openSocket, route, startEcho } from './fixtures/web-socket-pair.ts';

describe('a handshake that does not lead to WebSocket', () => {
  test('without enable_websocket it is an ordinary request: the upstream is not asked to upgrade', async () => {
    await using upstream = await startEcho();
    await using gateway = await startGateway([], { ...route(upstream.node), enable_websocket: false });
    using client = await rawClient(gateway.port);

    client.send(handshake());
    const text = await client.until(/no upgrade/);

    expect(text).toContain('HTTP/1.1 426 ');
    expect(upstream.requests[0]?.headers).not.toHaveProperty('upgrade');
    expect(upstream.requests[0]?.headers['sec-websocket-version']).toBe('13');
  });

  test.each([
    ['another protocol', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'],
    ['two protocols', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade\r\n\r\n'],
    ['another method', 'DELETE / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
    ['a body', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nhi'],
    ['no Connection', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n'],
  ])('with %s it is an ordinary request, and the connection goes on', async (_what, bytes) => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send(bytes);
    await client.until(/200 OK[^]*ok/);
    client.send('GET /second HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.requests.map(({ url }) => url)).toContain('/second');

    expect(upstream.requests[0]?.headers).not.toHaveProperty('upgrade');
  });

  test.each([
    ['close', 'close'],
    ['Keep-Alive, X-Hop', 'keep-alive'],
    ['X-Hop, Close', 'close'],
  ])('with Connection: %s it tells the upstream whether to stay, and nothing else of that hop', async (said, heard) => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send(
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: ${said}\r\nUpgrade: h2c\r\nX-Hop: 1\r\nKeep-Alive: 5\r\n\r\n`,
    );
    await client.until(/200 OK[^]*ok/);

    const { headers } = upstream.requests[0] ?? { headers: {} };
    expect(headers).toMatchObject({ connection: heard });
    for (const hop of ['upgrade', 'keep-alive', ...(said.includes('Hop') ? ['x-hop'] : [])])
      expect(headers).not.toHaveProperty(hop);
  });

  test('a connection that the upstream was told to close carries nothing else, whatever the upstream answers', async () => {
    await using upstream = await startRawServer((socket) =>
      onRequestHead(socket, () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')),
    );
    await using gateway = await startGateway([], route(`127.0.0.1:${upstream.port}`));

    for (let n = 0; n < 2; n += 1) {
      using client = await rawClient(gateway.port);
      client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      expect(await client.closed()).toContain('200 OK');
    }

    expect(upstream.connections).toBe(2);
  });

  test('an upstream that answers something else is heard, body and all', async () => {
    const body = `${'x'.repeat(300_000)}whole`;
    await using upstream = await startUpstream((_req, res) =>
      res.writeHead(403, { 'Content-Length': body.length }).end(body),
    );
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send(handshake());
    const text = await client.until(/whole$/);

    expect(text).toContain('HTTP/1.1 403 ');
    await expect.poll(() => gateway.engine.openRequests).toBe(0);
  });

  test('a plugin may refuse it, and the upstream never hears of it', async () => {
    await using upstream = await startEcho();
    const plugin = testPlugin('guard', () => ({ access: () => ({ status: 401, headers: {}, body: 'who are you' }) }));
    await using gateway = await startGateway([plugin], route(upstream.node, { plugins: { guard: {} } }));
    using client = await rawClient(gateway.port);

    client.send(handshake());

    await client.until(/^HTTP\/1\.1 401 [^]*who are you/);
    expect(upstream.connections).toBe(0);
  });

  test.each([
    ['another protocol than the one asked for', 'Upgrade: h2c\r\n'],
    ['no protocol', ''],
  ])('an upstream that switches to %s is a bad gateway', async (_what, line) => {
    const bytes = `HTTP/1.1 101 Switching Protocols\r\n${line}Connection: Upgrade\r\n\r\n`;
    await using upstream = await startRawServer((socket) => onRequestHead(socket, () => socket.write(bytes)));
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send(handshake());

    await client.until(/^HTTP\/1\.1 502 /);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('a client that leaves while the upstream thinks about it is noticed', async () => {
    await using upstream = await startRawServer((socket) => socket.resume());
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);
    client.send(handshake());
    await expect.poll(() => upstream.sockets.size).toBe(1);

    client.socket.end();

    await expect.poll(() => upstream.sockets.size).toBe(0);
    expect(gateway.engine.openRequests).toBe(0);
  });
});

describe('a WebSocket connection', () => {
  test('carries messages of any size both ways, after all plugins have run', async () => {
    await using upstream = await startEcho();
    const plugin = testPlugin('marker', () => ({
      rewrite: ({ request }) => void request.headers.set('X-Marked', '1'),
      responseHeader: ({ response }) => void response.headers.set('X-Answered', '1'),
    }));
    await using gateway = await startGateway([plugin], route(upstream.node, { plugins: { marker: {} } }));
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/chat`, ['a', 'b']);
    onTestFinished(() => socket.terminate());
    const [head] = await once(socket, 'upgrade');

    for (const size of [0, 5, 126, 70_000, 3_000_000]) {
      const message = 'm'.repeat(size);
      expect((await answerOf(socket, message)) === message).toBe(true);
    }
    expect(head.headers).toMatchObject({ 'x-answered': '1', server: 'Sluice/0.0.0-test' });
    expect(upstream.heads[0]).toMatchObject({ 'x-marked': '1', 'x-forwarded-for': '127.0.0.1', upgrade: 'websocket' });
  });

  test('is set up for a service that allows it, and not where the route says no', async () => {
    await using upstream = await startEcho();
    const service = { enable_websocket: true, upstream: route(upstream.node).upstream };
    await using gateway = await startGateway(
      [],
      [
        { kind: 'service', id: 's', value: service },
        { kind: 'route', id: '1', value: { uri: '/yes', service_id: 's' } },
        { kind: 'route', id: '2', value: { uri: '/no', service_id: 's', enable_websocket: false } },
      ],
    );

    expect(await answerOf(await openSocket(gateway.port, '/yes'), 'hi')).toBe('hi');
    await expect(openSocket(gateway.port, '/no')).rejects.toThrow('426');
  });

  test('reaches an upstream that speaks TLS', async () => {
    const secured = createServer({ ...testAuthority().issue({ names: ['a'] }) });
    new WebSocketServer({ server: secured }).on('connection', (socket) => socket.send('secured'));
    secured.listen(0, '127.0.0.1');
    onTestFinished(() => {
      secured.close();
      secured.closeAllConnections();
    });
    await once(secured, 'listening');
    const { port } = secured.address() as AddressInfo;
    await using gateway = await startGateway([], route(`127.0.0.1:${port}`, {}, { scheme: 'https' }));
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
    onTestFinished(() => socket.terminate());

    const [message] = (await once(socket, 'message')) as [Buffer];

    expect(message.toString()).toBe('secured');
  });

  test('reaches the gateway over TLS', async () => {
    await using upstream = await startEcho();
    const certificate = testAuthority().issue({ names: ['wss.test'] });
    await using gateway = await startGateway(
      [],
      [
        { kind: 'route', id: '1', value: route(upstream.node) },
        { kind: 'ssl', id: '1', value: { sni: 'wss.test', ...certificate } },
      ],
    );
    const { port } = await gateway.engine.listen({ host: '127.0.0.1', port: 0, protocol: 'https' });
    const socket = new WebSocket(`wss://127.0.0.1:${port}/`, {
      agent: new Agent({ servername: 'wss.test', rejectUnauthorized: false }),
    });
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');

    expect(await answerOf(socket, 'm'.repeat(200_000))).toHaveLength(200_000);
    expect(upstream.heads[0]).toMatchObject({ 'x-forwarded-proto': 'https' });
  });

  test('what either side sends right behind the handshake is not lost', async () => {
    const answer =
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\nfrom the upstream';
    let heard = '';
    await using upstream = await startRawServer((socket) => {
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
      onRequestHead(socket, () => socket.write(answer));
    });
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send(`${handshake()}from the client`);

    await client.until(/101 Switching Protocols[^]*\r\n\r\nfrom the upstream$/);
    await expect.poll(() => heard).toMatch(/from the client$/);
  });

  test('outlives changes and the end of its route', async () => {
    await using upstream = await startEcho();
    await using gateway = await startGateway([], route(upstream.node));
    const socket = await openSocket(gateway.port);

    gateway.apply({ kind: 'route', id: '1', value: { ...route(upstream.node), enable_websocket: false } });
    expect(await answerOf(socket, 'changed')).toBe('changed');
    gateway.apply({ kind: 'route', id: '1', value: null });
    expect(await answerOf(socket, 'gone')).toBe('gone');
  });

  test('a reader that is slow slows the sender down instead of filling memory', async () => {
    let written = 0;
    await using upstream = await startRawServer((socket) =>
      onRequestHead(socket, () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
        const piece = Buffer.alloc(64 * 1024);
        const write = (): void => {
          while (written < 64_000_000) {
            written += piece.length;
            if (!socket.write(piece)) return void socket.once('drain', write);
          }
        };
        write();
      }),
    );
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);
    client.send(handshake());
    await client.until('101 ');
    client.socket.pause();

    let before = -1;
    await vi.waitFor(
      () => {
        const isStill = written === before;
        before = written;
        expect(isStill).toBe(true);
      },
      { interval: 100, timeout: 10_000 },
    );

    expect(written).toBeLessThan(32_000_000);
  });
});

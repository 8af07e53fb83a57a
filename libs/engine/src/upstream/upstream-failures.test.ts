import { onRequestHead, rawClient, startGateway, startRawServer, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';

const route = (nodes: object, more: object = {}, upstream: object = {}) => ({
  uri: '/*',
  upstream: { type: 'roundrobin', nodes, ...upstream },
  ...more,
});

/** A port on which nobody listens. */
async function deadNode(): Promise<string> {
  await using server = await startRawServer(() => {});
  return server.node;
}

describe('an upstream that does not answer', () => {
  test('one without nodes is a service that is not available, and no upstream status is made up', async () => {
    await using gateway = await startGateway([], { uri: '/*', upstream: { type: 'roundrobin', nodes: [] } });

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(503);
    expect(response.headers).not.toHaveProperty('x-apisix-upstream-status');
  });

  test('a refused connection is a bad gateway, with the page of the gateway', async () => {
    await using gateway = await startGateway([], route({ [await deadNode()]: 1 }));

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(502);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['x-apisix-upstream-status']).toBe('502');
    expect(response.body).toContain('<h1>502 Bad Gateway</h1>');
  });

  test.each([
    ['at once', ''],
    ['in the middle of the head', 'HTTP/1.1 200 OK\r\nContent-'],
  ])('one that closes %s is a bad gateway', async (_when, bytes) => {
    await using upstream = await startRawServer((socket) => onRequestHead(socket, () => socket.end(bytes)));
    await using gateway = await startGateway([], route({ [upstream.node]: 1 }));

    expect((await gateway.get('/')).statusCode).toBe(502);
  });

  test('one that is silent is a gateway timeout', async () => {
    await using upstream = await startUpstream(() => {});
    await using gateway = await startGateway([], {
      ...route({ [upstream.node]: 1 }),
      timeout: { connect: 1, send: 1, read: 0.1 },
    });

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(504);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('one that speaks no HTTP is a bad gateway, and nothing of what it said gets through', async () => {
    await using upstream = await startRawServer((socket) =>
      onRequestHead(socket, () => socket.end('SSH-2.0-secret\r\n\r\n')),
    );
    await using gateway = await startGateway([], route({ [upstream.node]: 1 }));

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(502);
    expect(response.body).not.toContain('secret');
    expect(JSON.stringify(gateway.log.lines)).not.toContain('secret');
  });

  test('no upstream is 503, an unknown one 502, an empty one 503', async () => {
    await using gateway = await startGateway(
      [],
      [
        { kind: 'route', id: '1', value: { uri: '/none', plugins: {} } },
        { kind: 'route', id: '2', value: { uri: '/unknown', upstream_id: 'x' } },
        { kind: 'route', id: '3', value: { uri: '/empty', upstream: { type: 'roundrobin', nodes: {} } } },
      ],
    );

    expect((await gateway.get('/none')).statusCode).toBe(503);
    expect((await gateway.get('/unknown')).statusCode).toBe(502);
    expect((await gateway.get('/empty')).statusCode).toBe(503);
  });
});

describe('an upstream that dies while it answers', () => {
  test.each([
    ['a body with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n'],
  ])('in %s resets the client, who cannot take half for the whole', async (_what, bytes) => {
    await using upstream = await startRawServer((socket) => onRequestHead(socket, () => socket.end(bytes)));
    await using gateway = await startGateway([], route({ [upstream.node]: 1 }));
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    await client.closed();

    expect(client.state).toBe('reset');
    expect(gateway.log.lines).toContainEqual(expect.objectContaining({ message: 'an answer broke off' }));
  });
});

test('a client that has said its last word is let go when the upstream breaks off', async () => {
  const { promise: mayDie, resolve: die } = Promise.withResolvers<void>();
  await using upstream = await startRawServer((socket) =>
    onRequestHead(socket, () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      void mayDie.then(() => socket.destroy());
    }),
  );
  await using gateway = await startGateway([], route({ [upstream.node]: 1 }));
  using client = await rawClient(gateway.port);

  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.until('half');
  client.socket.end();
  die();

  await expect.poll(() => gateway.engine.openRequests).toBe(0);
});

describe('another node', () => {
  test('is tried when one refuses, for any method, since nothing was sent', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], route({ [await deadNode()]: 100, [upstream.node]: 1 }));

    const response = await gateway.request({ method: 'POST', body: 'x'.repeat(1000) });

    expect(response.statusCode).toBe(200);
    expect(upstream.requests[0]?.body).toHaveLength(1000);
  });

  test('is tried when one closes before it answers, and the answer of a failure lists all of them', async () => {
    await using closing = await startRawServer((socket) => onRequestHead(socket, () => socket.destroy()));
    await using failing = await startUpstream((_req, res) => res.writeHead(500).end());
    await using gateway = await startGateway([], route({ [closing.node]: 100, [failing.node]: 1 }));

    const response = await gateway.get('/');

    expect(response.headers['x-apisix-upstream-status']).toBe('502, 500');
  });

  test('is not tried for a POST that may have been seen', async () => {
    await using closing = await startRawServer((socket) => onRequestHead(socket, () => socket.destroy()));
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], route({ [closing.node]: 100, [upstream.node]: 1 }));

    expect((await gateway.request({ method: 'POST', headers: { 'content-length': '0' } })).statusCode).toBe(502);
    expect(upstream.requests).toHaveLength(0);
  });

  test('is not tried with retries switched off', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      route({ [await deadNode()]: 100, [upstream.node]: 1 }, {}, { retries: 0 }),
    );

    expect((await gateway.get('/')).statusCode).toBe(502);
  });

  test('is not tried when the time for tries is over', async () => {
    await using silent = await startUpstream(() => {});
    await using upstream = await startUpstream();
    const timeout = { connect: 1, send: 1, read: 0.2 };
    await using gateway = await startGateway(
      [],
      route({ [silent.node]: 100, [upstream.node]: 1 }, { timeout }, { retry_timeout: 0.1 }),
    );

    expect((await gateway.get('/')).statusCode).toBe(502);
    expect(upstream.requests).toHaveLength(0);
  });

  test('of a lower priority serves when those of the higher one fail', async () => {
    await using upstream = await startUpstream();
    const [host = '', port] = (await deadNode()).split(':');
    const nodes = [
      { host, port: Number(port), weight: 1, priority: 5 },
      { host, port: upstream.port, weight: 1 },
    ];
    await using gateway = await startGateway([], route(nodes));

    expect((await gateway.get('/')).statusCode).toBe(200);
  });
});

describe('a kept connection', () => {
  test('that went stale is replaced without the client noticing', async () => {
    await using upstream = await startRawServer((socket) =>
      onRequestHead(socket, (_head, number) => {
        if (number > 1) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }),
    );
    await using gateway = await startGateway([], route({ [upstream.node]: 1 }));

    for (let i = 0; i < 3; i += 1) expect((await gateway.get('/')).statusCode).toBe(200);
    expect(upstream.connections).toBe(3);
  });

  test('is used again, up to the configured number of requests', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      route({ [upstream.node]: 1 }, {}, { keepalive_pool: { size: 5, idle_timeout: 60, requests: 3 } }),
    );

    for (let i = 0; i < 7; i += 1) await gateway.get('/');

    expect(upstream.requests).toHaveLength(7);
    expect(upstream.connections).toBe(3);
  });

  test('is closed when it has been idle too long', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      route({ [upstream.node]: 1 }, {}, { keepalive_pool: { size: 5, idle_timeout: 0.2, requests: 9 } }),
    );

    await gateway.get('/');

    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('on which something arrives that nobody asked for is never used again', async () => {
    await using upstream = await startRawServer((socket) =>
      onRequestHead(socket, () =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nX-Poison: 1\r\n\r\n`),
      ),
    );
    await using gateway = await startGateway([], route({ [upstream.node]: 1 }));

    for (let i = 0; i < 3; i += 1) {
      const response = await gateway.get('/');
      expect(response.body).toBe('ok');
      expect(response.headers).not.toHaveProperty('x-poison');
    }
    expect(upstream.connections).toBe(3);
  });
});

import { onRequestHead, rawClient, startGateway, startRawServer, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startPair } from './fixtures/start-pair.ts';

describe('connections', () => {
  test('pipelined requests are served one after the other and answered in order', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    await using upstream = await startUpstream((req, res) => void mayAnswer.then(() => res.end(`<${req.url ?? ''}>`)));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await expect.poll(() => upstream.requests.length).toBe(1);
    answer();
    const text = await client.until('</3>');

    expect(text.match(/<.*?>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  test('a connection with many requests waiting is not read any further, while others are served', async () => {
    await using upstream = await startUpstream((req, res) => void (req.url === '/slow' || res.end('ok')));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);
    const one = `GET /slow HTTP/1.1\r\nHost: a\r\nX-Padding: ${'x'.repeat(1_000)}\r\n\r\n`;

    client.send(one.repeat(20_000));
    for (let i = 0; i < 50; i += 1) expect((await gateway.get('/other')).statusCode).toBe(200);

    expect(client.socket.writableLength).toBeGreaterThan(10_000_000);
  });

  test('a client that breaks off while it is refused takes nothing else with it', async () => {
    await using upstream = await startUpstream((_req, res) => res.end('ok'));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    for (let i = 0; i < 30; i += 1) {
      using client = await rawClient(gateway.port);
      client.send(i % 2 === 0 ? 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n' : 'NONSENSE\r\n\r\n');
      setImmediate(() => client.socket.resetAndDestroy());
      // An error that nobody listens for would end the process, and fails this test.
      await client.closed();
    }
    expect((await gateway.get('/')).statusCode).toBe(200);
  });

  test('many pipelined requests are all answered', async () => {
    await using upstream = await startUpstream((_req, res) => res.end('.'));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500));

    await expect.poll(() => upstream.requests.length, { timeout: 10_000 }).toBe(500);
    await expect.poll(() => client.received.match(/200 OK/g)?.length).toBe(500);
  });

  test('pipelined requests behind a client that left are never begun', async () => {
    await using upstream = await startUpstream(() => {});
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    using client = await rawClient(gateway.port);

    client.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.requests.length).toBe(1);
    client.socket.destroy();

    await expect.poll(() => upstream.sockets.size).toBe(0);
    expect(upstream.requests).toHaveLength(1);
    expect(gateway.engine.openRequests).toBe(0);
  });

  test.each([
    ['HTTP/1.1', '', 'keep-alive'],
    ['HTTP/1.1', 'Connection: close\r\n', 'close'],
    ['HTTP/1.0', '', 'close'],
    ['HTTP/1.0', 'Connection: keep-alive\r\n', 'keep-alive'],
  ])('%s with "%s" is answered with Connection: %s', async (version, line, expected) => {
    await using pair = await startPair();
    using client = await rawClient(pair.gateway.port);

    client.send(`GET / ${version}\r\nHost: a\r\n${line}\r\n`);
    const text = expected === 'close' ? await client.closed() : await client.until('saw');

    expect(text).toContain(`Connection: ${expected}\r\n`);
  });

  test('a stop lets requests finish, takes no new ones, and then ends', async () => {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    await using upstream = await startUpstream((_req, res) => void mayEnd.then(() => res.end('finished')));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    const running = gateway.get('/');
    await expect.poll(() => upstream.requests.length).toBe(1);

    const closing = gateway.engine.close({ deadlineMs: 5000 });
    await expect
      .poll(() =>
        rawClient(gateway.port).then(
          () => 'open',
          () => 'refused',
        ),
      )
      .toBe('refused');
    end();

    expect((await running).headers.connection).toBe('close');
    await closing;
  });

  test('a stop does not wait beyond its deadline', async () => {
    await using upstream = await startUpstream(() => {});
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    const running = gateway.get('/').catch(() => 'broken off');
    await expect.poll(() => upstream.requests.length).toBe(1);

    await gateway.engine.close({ deadlineMs: 50 });

    expect(await running).toBe('broken off');
  });
});

describe('the head of an answer', () => {
  test('names this gateway and its own time, whatever the upstream says', async () => {
    const bytes =
      'HTTP/1.1 299 Very Fine\r\nServer: secret/1\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nX-a: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nok';
    await using upstream = await startRawServer((socket) => onRequestHead(socket, () => socket.write(bytes)));
    await using gateway = await startGateway([], { uri: '/*', upstream: `http://${upstream.node}` });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const text = await client.until('\r\n\r\nok');

    expect(text).toMatch(
      /^HTTP\/1\.1 299 Very Fine\r\nX-a: 1\r\nX-A: 2\r\nContent-Length: 2\r\nDate: .* GMT\r\nServer: Sluice\/0\.0\.0-test\r\nConnection: keep-alive\r\n\r\nok$/,
    );
    expect(text).not.toContain('1970');
  });

  test('goes the fast way in the Node of this repository', async () => {
    await using gateway = await startGateway([], []);
    expect(gateway.log.lines).toEqual([]);
  });

  test.each([
    'GET / HTTP/1.1',
    'GET / HTTP/1.0',
    'HEAD / HTTP/1.1',
    'GET /chunked HTTP/1.1',
    'GET /chunked HTTP/1.0',
    'GET /204 HTTP/1.1',
  ])('is the same by the fast way and by the public one (%s)', async (line) => {
    await using upstream = await startUpstream((req, res) => {
      if (req.url === '/204') return res.writeHead(204).end();
      if (req.url === '/chunked') return void res.write('a', () => res.end('b'));
      return res.setHeader('Content-Length', 2).end('ok');
    });
    const heads: string[] = [];
    for (const preformattedHeads of [true, false]) {
      await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { preformattedHeads });
      using client = await rawClient(gateway.port);
      client.send(`${line}\r\nHost: a\r\nConnection: close\r\n\r\n`);
      const text = await client.closed();
      heads.push(
        text
          .replace(/Date: .*\r\n/, '')
          .replace('\r\n1\r\n', '')
          .split('\r\n')
          .toSorted()
          .join('\n'),
      );
    }
    expect(heads[0]).toBe(heads[1]);
  });
});

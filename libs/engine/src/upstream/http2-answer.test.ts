import type { ServerHttp2Stream } from 'node:http2';
import { FaultyProxy, rawClient, startGateway } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { respondOk, route, startHttp2 } from './fixtures/start-http2.ts';

describe('the answer of an upstream of HTTP/2', () => {
  test('brings its trailers to a client that asked for them', async () => {
    await using upstream = await startHttp2((stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
      stream.end('body');
    });
    await using gateway = await startGateway([], route(upstream.node));

    const response = await gateway.get('/', { te: 'trailers' });

    expect(response.body).toBe('body');
    expect(response.trailers).toEqual({ 'grpc-status': '0', 'grpc-message': 'fine' });
  });

  test('may be trailers only', async () => {
    await using upstream = await startHttp2((stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '5', server: 'x', 'x-kept': '1' }, { endStream: true }),
    );
    await using gateway = await startGateway([], route(upstream.node));

    const response = await gateway.get('/');

    expect(response.body).toBe('');
    expect(response.headers).toMatchObject({ 'grpc-status': '5', 'x-kept': '1', server: 'Sluice/0.0.0-test' });
  });

  test.each([204, 304])('%i has no body, and the connection of the client goes on', async (status) => {
    await using upstream = await startHttp2((stream) => stream.respond({ ':status': status }, { endStream: true }));
    await using gateway = await startGateway([], route(upstream.node));

    for (let i = 0; i < 2; i += 1) expect((await gateway.get('/')).statusCode).toBe(status);
  });

  test('to HEAD keeps its length', async () => {
    await using upstream = await startHttp2((stream) =>
      stream.respond({ ':status': 200, 'content-length': '7' }, { endStream: true }),
    );
    await using gateway = await startGateway([], route(upstream.node));

    expect((await gateway.request({ method: 'HEAD' })).headers['content-length']).toBe('7');
  });

  test('interim answers are not taken for it', async () => {
    await using upstream = await startHttp2((stream, fields, number) => {
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      respondOk(stream, fields, number);
    });
    await using gateway = await startGateway([], route(upstream.node));

    expect((await gateway.get('/')).statusCode).toBe(200);
  });

  test('flows while it is made, and before the request is complete', async () => {
    await using upstream = await startHttp2((stream) => {
      stream.respond({ ':status': 200 });
      stream.on('data', (chunk: Buffer) => stream.write(`heard ${chunk.toString()}`));
      stream.on('end', () => stream.end('done'));
    });
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    await client.until('heard a');
    client.send('1\r\nb\r\n');
    await client.until('heard b');
    client.send('0\r\n\r\n');

    await client.until('done');
  });

  test('of many megabytes waits for a client that reads slowly, and others do not wait for it', async () => {
    let written = 0;
    await using upstream = await startHttp2((stream, fields, number) => {
      if (fields[':path'] === '/small') return respondOk(stream, fields, number);
      stream.respond({ ':status': 200 });
      const piece = Buffer.alloc(64 * 1024);
      const write = (): void => {
        while (written < 64_000_000) {
          written += piece.length;
          if (!stream.write(piece)) return void stream.once('drain', write);
        }
        stream.end();
      };
      write();
    });
    await using gateway = await startGateway([], route(upstream.node));
    using slow = await rawClient(gateway.port);
    slow.send('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await slow.until('200 OK');
    slow.socket.pause();

    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = written === before;
          before = written;
          return isStill;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);

    expect(written).toBeLessThan(32_000_000);
    expect((await gateway.get('/small')).body).toBe('ok');
    expect(upstream.counts.connections).toBe(1);
    slow.socket.resume();
    await expect.poll(() => written, { timeout: 10_000 }).toBeGreaterThanOrEqual(64_000_000);
  });
});

describe('connections of HTTP/2', () => {
  test('carry as many requests at once as the upstream allows; for more there is another one', async () => {
    const waiting: ServerHttp2Stream[] = [];
    await using upstream = await startHttp2(
      (stream, fields, number) => {
        if (fields[':path'] === '/first') return respondOk(stream, fields, number);
        return waiting.push(stream);
      },
      { streamsMax: 2 },
    );
    await using gateway = await startGateway([], route(upstream.node));
    await gateway.get('/first');

    const answers = Array.from({ length: 5 }, (_, i) => gateway.get(`/${i}`));
    await expect.poll(() => waiting.length).toBe(5);
    for (const stream of waiting) respondOk(stream, {}, 0);

    for (const answer of answers) expect((await answer).body).toBe('ok');
    expect(upstream.counts.connections).toBe(3);
  });

  test('are closed when nothing has gone over them for as long as is configured', async () => {
    await using upstream = await startHttp2(respondOk);
    const pool = { keepalive_pool: { size: 1, idle_timeout: 0.1, requests: 1000 } };
    await using gateway = await startGateway([], route(upstream.node, {}, pool));

    await gateway.get('/');

    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('are replaced after as many requests as are configured', async () => {
    await using upstream = await startHttp2(respondOk);
    const pool = { keepalive_pool: { size: 1, idle_timeout: 60, requests: 2 } };
    await using gateway = await startGateway([], route(upstream.node, {}, pool));

    for (let i = 0; i < 6; i += 1) expect((await gateway.get('/')).statusCode).toBe(200);

    expect(upstream.counts.connections).toBe(3);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('that went dead without a word are found out while an answer is awaited', async () => {
    let now = Date.now();
    await using upstream = await startHttp2((stream, fields, number) =>
      fields[':path'] === '/wait' ? undefined : respondOk(stream, fields, number),
    );
    await using proxy = await FaultyProxy.start(Number(upstream.node.split(':')[1]));
    await using gateway = await startGateway([], route(new URL(proxy.url).host), { clock: { now: () => now } });
    await gateway.get('/');
    const answer = gateway.request({ method: 'POST', path: '/wait', body: 'x' });
    await expect.poll(() => upstream.counts.streams).toBe(2);

    proxy.hang();
    const clock = setInterval(() => (now += 5_000), 500);
    const { statusCode } = await answer;
    clearInterval(clock);

    expect(statusCode).toBe(502);
    expect(gateway.log.lines.at(-1)?.fields).toMatchObject({ detail: 'no answer to a ping' });
  }, 15_000);

  test('end with the gateway', async () => {
    await using upstream = await startHttp2(respondOk);
    await using gateway = await startGateway([], route(upstream.node));
    await gateway.get('/');

    await gateway.engine.close({ deadlineMs: 100 });

    await expect.poll(() => upstream.sockets.size).toBe(0);
  });
});

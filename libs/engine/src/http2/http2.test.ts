import { connect, constants } from 'node:http2';
import { rawClient } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { reply } from '@sluice/plugin-kit';
import { startHttp2Pair } from './fixtures/http2-pair.ts';
import { fieldBlock, frame, frameFlag, frameType, preface } from './fixtures/raw-frames.ts';

describe('a request over HTTP/2', () => {
  test('reaches the upstream as one of HTTP/1.1 would', async () => {
    await using pair = await startHttp2Pair();

    const answer = await pair.ask({
      ':path': '/a?b=c',
      'x-a': '1',
      cookie: ['a=1', 'b=2'],
      ':authority': 'Api.com:8080',
    });

    expect(answer).toMatchObject({ status: 200, body: 'saw /a?b=c', code: 0 });
    expect(pair.upstream.requests[0]?.headers).toMatchObject({
      host: 'Api.com:8080',
      'x-a': '1',
      cookie: 'a=1; b=2',
      'x-forwarded-port': '8080',
      'x-real-ip': '127.0.0.1',
    });
    expect(pair.upstream.requests[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('may name its host by the field alone', async () => {
    await using pair = await startHttp2Pair();
    using client = await rawClient(pair.port);
    const fields = [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      ['host', 'only.com'],
    ] as const;
    const head = frame(frameType.headers, frameFlag.endHeaders | frameFlag.endStream, 1, fieldBlock(fields));
    client.send(Buffer.concat([preface, frame(frameType.settings, 0, 0), head]));
    await expect.poll(() => pair.upstream.requests[0]?.headers.host).toBe('only.com');
  });

  test('streams its body both ways under the pace of the slower side', async () => {
    const size = 8 * 1024 * 1024;
    await using pair = await startHttp2Pair((req, res) => req.pipe(res));

    const answer = await pair.ask({ ':method': 'POST' }, Buffer.alloc(size, 'x'));

    expect(answer.status).toBe(200);
    expect(answer.body.length).toBe(size);
  });

  test('whose client reads nothing holds the upstream back, not the memory of the gateway', async () => {
    let sent = 0;
    await using pair = await startHttp2Pair((_req, res) => {
      const more = (): void => {
        while (sent < 200_000_000 && !res.destroyed) {
          sent += 65_536;
          if (!res.write(Buffer.alloc(65_536))) return void res.once('drain', more);
        }
      };
      more();
    });
    const stream = pair.session.request({ ':path': '/' });
    stream.pause();
    await new Promise((resolve) => stream.once('response', resolve));
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = sent === before;
          before = sent;
          return isStill;
        },
        { interval: 200, timeout: 10_000 },
      )
      .toBe(true);

    expect(sent).toBeLessThan(30_000_000);
    stream.close();
  });

  test('with Expect: 100-continue is told to go on', async () => {
    await using pair = await startHttp2Pair((req, res) => req.pipe(res));
    const stream = pair.session.request({ ':path': '/', ':method': 'POST', expect: '100-continue' });
    await new Promise((resolve) => stream.once('continue', resolve));
    stream.end('body');
    const text = await new Promise((resolve) => stream.on('data', (data) => resolve(String(data))));
    expect(text).toBe('body');
  });

  test.each(['HEAD', 'GET'])('%s of an answer without a body has none', async (method) => {
    await using pair = await startHttp2Pair((_req, res) => {
      if (method === 'HEAD') res.setHeader('Content-Length', 5).end();
      else res.writeHead(304, { etag: '"a"' }).end();
    });
    const answer = await pair.ask({ ':method': method });
    expect(answer).toMatchObject({ status: method === 'HEAD' ? 200 : 304, body: '', code: 0 });
    if (method === 'HEAD') expect(answer.headers['content-length']).toBe('5');
  });

  test('gets the fields of the answer in lower case, and none that concern a connection', async () => {
    await using pair = await startHttp2Pair((_req, res) => {
      res.setHeader('X-Upper', 'A').setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('Keep-Alive', 'timeout=5');
      res.write('a');
      res.end('b');
    });
    const { headers } = await pair.ask({});
    expect(headers).toMatchObject({ 'x-upper': 'A', 'set-cookie': ['a=1', 'b=2'], server: 'Sluice/0.0.0-test' });
    for (const name of ['connection', 'keep-alive', 'transfer-encoding']) expect(headers).not.toHaveProperty(name);
  });

  test('gets the trailers of the upstream', async () => {
    await using pair = await startHttp2Pair((_req, res) => {
      res.setHeader('Trailer', 'X-Sum');
      res.write('a');
      res.addTrailers({ 'X-Sum': '42' });
      res.end();
    });
    expect(await pair.ask({ te: 'trailers' })).toMatchObject({ body: 'a', trailers: { 'x-sum': '42' } });
  });

  test.each([10, undefined])('is broken off, not ended, where the upstream breaks off (length: %s)', async (length) => {
    await using pair = await startHttp2Pair((_req, res) => {
      if (length !== undefined) res.setHeader('Content-Length', length);
      res.write('half', () => res.destroy());
    });
    expect((await pair.ask({})).code).not.toBe(constants.NGHTTP2_NO_ERROR);
  });

  test('ends upstream when its client resets it', async () => {
    await using pair = await startHttp2Pair(() => {});
    const stream = pair.session.request({ ':path': '/' });
    await expect.poll(() => pair.upstream.requests.length).toBe(1);
    stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => pair.upstream.sockets.size).toBe(0);
    await expect.poll(() => pair.gateway.engine.openRequests).toBe(0);
  });

  test('with too large a body is refused, whether it says so before or not', async () => {
    await using pair = await startHttp2Pair(undefined, { limits: { bodyBytesMax: 100 } });
    expect((await pair.ask({ ':method': 'POST', 'content-length': 200 }, 'x'.repeat(200))).status).toBe(413);
    expect((await pair.ask({ ':method': 'POST' }, 'x'.repeat(200_000))).status).toBe(413);
    expect((await pair.ask({ ':method': 'POST' }, 'x'.repeat(100))).status).toBe(200);
  });

  test('passes plugins, which see its protocol', async () => {
    const plugin = testPlugin('teller', () => ({
      access: (ctx) =>
        reply(200, { protocol: ctx.variable('server_protocol') ?? '', uri: ctx.variable('request_uri') ?? '' }),
    }));
    await using pair = await startHttp2Pair(undefined, { plugins: [plugin], route: { plugins: { teller: {} } } });
    expect(JSON.parse((await pair.ask({ ':path': '/x' })).body)).toEqual({ protocol: 'HTTP/2.0', uri: '/x' });
  });
});

test('a stop tells the client to come back elsewhere and lets its streams finish', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  await using pair = await startHttp2Pair((_req, res) => void mayEnd.then(() => res.end('finished')));
  const running = pair.ask({});
  await expect.poll(() => pair.upstream.requests.length).toBe(1);
  const goaway = new Promise((resolve) => pair.session.once('goaway', resolve));

  const closing = pair.gateway.engine.close({ deadlineMs: 5_000 });
  await goaway;
  end();

  expect((await running).body).toBe('finished');
  await closing;
});

test('an idle connection ends when its time is up', async () => {
  await using pair = await startHttp2Pair(undefined, { limits: { keepAliveTimeoutMs: 50 } });
  const session = connect(`http://127.0.0.1:${pair.port}`);
  await new Promise((resolve) => session.once('close', resolve));
});

import { constants } from 'node:http2';
import { rawClient, startGateway, startRawServer, testAuthority } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { type Fields, respondOk, route, startHttp2 } from './fixtures/start-http2.ts';

const authority = testAuthority();

describe('an upstream of HTTP/2 that fails', () => {
  test('one that refuses connections is a bad gateway', async () => {
    await using gone = await startHttp2(respondOk);
    await gone[Symbol.asyncDispose]();
    await using gateway = await startGateway([], route(gone.node));

    expect((await gateway.get('/')).statusCode).toBe(502);
    expect(gateway.log.lines[0]?.fields).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', detail: 'ECONNREFUSED' });
  });

  test('one that speaks something else is a bad gateway', async () => {
    await using upstream = await startRawServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await using gateway = await startGateway([], route(upstream.node));

    expect((await gateway.get('/')).statusCode).toBe(502);
  });

  test('one that never answers is a gateway timeout, and is told that nobody waits any more', async () => {
    let code = -1;
    await using upstream = await startHttp2((stream) => stream.on('close', () => (code = stream.rstCode)));
    await using gateway = await startGateway([], route(upstream.node, { timeout: { connect: 1, send: 1, read: 0.1 } }));

    expect((await gateway.get('/')).statusCode).toBe(504);
    await expect.poll(() => code).toBe(constants.NGHTTP2_CANCEL);
  });

  test('one whose handshake never ends is given up when the time to connect is over', async () => {
    await using upstream = await startRawServer((socket) => socket.resume());
    const timeout = { connect: 0.1, send: 5, read: 5 };
    await using gateway = await startGateway([], route(upstream.node, { timeout }, { scheme: 'grpcs' }));

    expect((await gateway.get('/')).statusCode).toBe(504);
    await expect.poll(() => upstream.sockets.size).toBe(0);
  });

  test('a stream that is reset before its answer is a bad gateway; the connection goes on', async () => {
    await using upstream = await startHttp2((stream, fields, number) =>
      number === 1 ? stream.close(constants.NGHTTP2_INTERNAL_ERROR) : respondOk(stream, fields, number),
    );
    await using gateway = await startGateway([], route(upstream.node));

    expect((await gateway.request({ method: 'POST', body: 'x' })).statusCode).toBe(502);
    expect((await gateway.get('/')).body).toBe('ok');
    expect(upstream.counts.connections).toBe(1);
  });

  test('interim answers without end are none', async () => {
    await using upstream = await startHttp2((stream) => {
      for (let i = 0; i < 30; i += 1) stream.additionalHeaders({ ':status': 103, link: '</a>' });
    });
    await using gateway = await startGateway([], route(upstream.node));

    expect((await gateway.get('/')).statusCode).toBe(502);
  });

  test('a stream that was refused is sent to another node, whatever the method', async () => {
    await using refusing = await startHttp2((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    await using serving = await startHttp2(respondOk);
    await using gateway = await startGateway([], route([refusing.node, serving.node]));

    for (let i = 0; i < 4; i += 1) expect((await gateway.request({ method: 'POST', body: 'x' })).statusCode).toBe(200);
    expect(refusing.counts.streams).toBeGreaterThan(0);
  });

  test('a stream that is reset in the middle of its answer breaks the answer off', async () => {
    await using upstream = await startHttp2((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half of it', () => stream.destroy(new Error('broken')));
    });
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const text = await client.closed();

    expect(text).not.toContain('\r\n0\r\n\r\n');
    expect(client.state).toBe('reset');
  });

  test('a connection that was closed while it was idle is not used again', async () => {
    await using upstream = await startHttp2(respondOk);
    await using gateway = await startGateway([], route(upstream.node));
    await gateway.get('/');
    for (const socket of upstream.sockets) socket.destroy();

    for (let i = 0; i < 3; i += 1) expect((await gateway.get('/')).statusCode).toBe(200);
    expect(upstream.counts.connections).toBe(2);
  });

  test('one that says goodbye while a request is on its way to it gets that request again, whatever the method', async () => {
    await using upstream = await startHttp2((stream, fields, number) =>
      number === 2 ? stream.session?.goaway(0, 1) : respondOk(stream, fields, number),
    );
    await using gateway = await startGateway([], route(upstream.node));
    await gateway.get('/');

    const response = await gateway.request({ method: 'POST', body: 'x' });

    expect(response.statusCode).toBe(200);
    expect(upstream.counts).toEqual({ connections: 2, streams: 3 });
  });

  test('one that says goodbye finishes what it has begun, and hears of nothing more', async () => {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    await using upstream = await startHttp2((stream, fields, number) => {
      if (number > 1) return respondOk(stream, fields, number);
      stream.session?.goaway();
      void mayEnd.then(() => respondOk(stream, fields, number));
    });
    await using gateway = await startGateway([], route(upstream.node));

    const first = gateway.get('/1');
    await expect.poll(() => upstream.counts.streams).toBe(1);
    await expect.poll(async () => (await gateway.get('/2')).body).toBe('ok');
    expect(upstream.counts.connections).toBe(2);
    end();

    expect((await first).body).toBe('ok');
  });
});

describe('a request to an upstream of HTTP/2', () => {
  test('says where it came from and that it is gRPC, and has lost what concerned the client connection', async () => {
    await using upstream = await startHttp2(respondOk);
    await using gateway = await startGateway([], route(upstream.node));

    await gateway.request({
      method: 'POST',
      path: '/a.B/C?d=e',
      body: 'xyz',
      headers: {
        host: 'Api.test:81',
        'X-Custom': ['1', '2'],
        connection: 'x-hop',
        'x-hop': '1',
        'content-type': 'text/plain',
        'content-length': '3',
        'grpc-timeout': '5S',
      },
    });

    expect(upstream.heads[0]).toMatchObject({
      ':method': 'POST',
      ':path': '/a.B/C?d=e',
      ':scheme': 'http',
      ':authority': 'Api.test:81',
      'x-custom': '1, 2',
      'content-type': 'application/grpc',
      'content-length': '3',
      'grpc-timeout': '5S',
      te: 'trailers',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'Api.test:81',
      'x-forwarded-port': '81',
    });
    for (const name of ['connection', 'x-hop', 'host', 'keep-alive'])
      expect(upstream.heads[0]).not.toHaveProperty(name);
  });

  test('keeps its kind of gRPC', async () => {
    await using upstream = await startHttp2(respondOk);
    await using gateway = await startGateway([], route(upstream.node));

    await gateway.request({ method: 'POST', body: 'x', headers: { 'content-type': 'application/grpc+json' } });

    expect(upstream.heads[0]?.['content-type']).toBe('application/grpc+json');
  });

  test('has its body and its trailers, without those that would pass for fields of the gateway', async () => {
    let body = '';
    let trailers: Fields = {};
    await using upstream = await startHttp2((stream, fields, number) => {
      stream.on('data', (chunk: Buffer) => (body += chunk.toString()));
      stream.on('trailers', (received: Fields) => (trailers = { ...received }));
      stream.on('end', () => respondOk(stream, fields, number));
    });
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n');
    client.send('X-Sum: 1\r\nX-Consumer-Username: root\r\nX-Real-IP: 6.6.6.6\r\n\r\n');
    await client.until('ok');

    expect(body).toBe('hello');
    expect(Object.entries(trailers)).toEqual([['x-sum', '1']]);
  });

  test('a field that came twice and may come once costs that request only', async () => {
    await using upstream = await startHttp2(respondOk);
    await using gateway = await startGateway([], route(upstream.node));

    const response = await gateway.get('/', { authorization: ['a', 'b'] });

    expect(response.statusCode).toBe(400);
    expect((await gateway.get('/')).statusCode).toBe(200);
    expect(upstream.counts.streams).toBe(1);
  });

  test('that the client gives up is given up upstream', async () => {
    let code = -1;
    await using upstream = await startHttp2((stream) => stream.on('close', () => (code = stream.rstCode)));
    await using gateway = await startGateway([], route(upstream.node));
    using client = await rawClient(gateway.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.counts.streams).toBe(1);

    client.socket.destroy();

    await expect.poll(() => code).toBe(constants.NGHTTP2_CANCEL);
    expect(gateway.engine.openRequests).toBe(0);
  });

  test.each([
    ['good', 200],
    ['bad', 502],
  ])('over TLS a certificate that is verified and %s is %i', async (what, status) => {
    const tls = authority.issue({ names: [`${what}.test`] });
    await using upstream = await startHttp2(respondOk, { tls });
    const secured = { scheme: 'grpcs', tls: { verify: true } };
    const trusting = { trustedCertificates: [authority.cert] };
    await using gateway = await startGateway([], route(upstream.node, {}, secured), trusting);

    expect((await gateway.get('/', { host: 'good.test' })).statusCode).toBe(status);
    if (status === 502) expect(gateway.log.lines[0]?.fields['code']).toBe('UPSTREAM_TLS');
    else expect(upstream.heads[0]).toMatchObject({ ':scheme': 'https', ':authority': 'good.test' });
  });
});

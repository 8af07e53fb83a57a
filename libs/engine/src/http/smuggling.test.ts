import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { startPair } from './fixtures/start-pair.ts';

describe('what two readers could understand differently is refused, and the upstream never hears of it', () => {
  const post = (...lines: string[]) => `POST / HTTP/1.1\r\nHost: a\r\n${lines.join('\r\n')}\r\n\r\n`;
  test.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a host with a space', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['an address that is not closed', 'GET / HTTP/1.1\r\nHost: [::\r\n\r\n', 400],
    ['an address that is none', 'GET / HTTP/1.1\r\nHost: [1:2:3]\r\n\r\n', 400],
    ['something behind an address', 'GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n', 400],
    ['an address without brackets', 'GET / HTTP/1.1\r\nHost: ::1\r\n\r\n', 400],
    ['a host with two ports', 'GET / HTTP/1.1\r\nHost: a:b:c\r\n\r\n', 400],
    ['a host with a word for a port', 'GET / HTTP/1.1\r\nHost: a:http\r\n\r\n', 400],
    ['a host with a port that is none', 'GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n', 400],
    ['a host with a comma and another', 'GET / HTTP/1.1\r\nHost: a, b/c\r\n\r\n', 400],
    ['a host with a quote', 'GET / HTTP/1.1\r\nHost: a"b\r\n\r\n', 400],
    ['a nonsense host in an absolute target', 'GET http://a:b:c/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an absolute target of another scheme', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an absolute target with credentials', 'GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['a host with credentials', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
    ['a length and chunks', `${post('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
    ['two lengths', `${post('Content-Length: 5', 'Content-Length: 6')}abcdef`, 400],
    ['the same length twice', `${post('Content-Length: 3', 'Content-Length: 3')}abc`, 400],
    ['a length that no number holds', `${post('Content-Length: 9007199254740993')}a`, 400],
    ['a length that no 64 bits hold', `${post('Content-Length: 18446744073709551617')}a`, 400],
    ['a length in hexadecimal', `${post('Content-Length: 0x3')}abc`, 400],
    ['a negative length', `${post('Content-Length: -3')}abc`, 400],
    ['an empty length', `${post('Content-Length: ')}abc`, 400],
    ['a length with a digit of another script', `${post('Content-Length: \xb2')}abc`, 400],
    ['a list of lengths', `${post('Content-Length: 3, 3')}abc`, 400],
    ['a length with a sign', `${post('Content-Length: +3')}abc`, 400],
    ['an unknown coding', `${post('Transfer-Encoding: gzip')}abc`, 400],
    ['chunked before another coding', `${post('Transfer-Encoding: chunked, gzip')}0\r\n\r\n`, 400],
    ['another coding before chunked', `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 400],
    ['chunked twice', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
    ['chunks in HTTP/1.0', `${post('Transfer-Encoding: chunked').replace('1.1', '1.0')}0\r\n\r\n`, 400],
    ['a target with a fragment', 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a coding with a control character', `${post('Transfer-Encoding: \x0bchunked')}0\r\n\r\n`, 400],
    ['a coding in quotes', `${post('Transfer-Encoding: "chunked"')}0\r\n\r\n`, 400],
    ['an empty coding', `${post('Transfer-Encoding: ')}0\r\n\r\n`, 400],
    ['a coding that is cut by a line', `${post('Transfer-Encoding:', ' chunked')}0\r\n\r\n`, 400],
    ['an empty name', `${post(': 3')}`, 400],
    ['a name with a space', `${post('Content Length: 3')}abc`, 400],
    ['a line without a colon', `${post('Content-Length')}abc`, 400],
    ['a space before the first field', `POST / HTTP/1.1\r\n Host: a\r\n\r\n`, 400],
    ['a space before the colon', `${post('Content-Length : 3')}abc`, 400],
    ['a tab in a name', `${post('X-\tA: 3')}`, 400],
    ['a folded line', `${post('X-A: 1', ' 2')}`, 400],
    ['a bare CR in a value', `${post('X-A: 1\rX-B: 2')}`, 400],
    ['a NUL in a value', `${post('X-A: 1\0')}`, 400],
    ['a bad chunk size', `${post('Transfer-Encoding: chunked')}0x1\r\na\r\n0\r\n\r\n`, null],
    ['a chunk size with a sign', `${post('Transfer-Encoding: chunked')}+1\r\na\r\n0\r\n\r\n`, null],
    ['a chunk size behind a space', `${post('Transfer-Encoding: chunked')} 1\r\na\r\n0\r\n\r\n`, null],
    ['an empty chunk size', `${post('Transfer-Encoding: chunked')}\r\na\r\n0\r\n\r\n`, null],
    ['a chunk size that no 64 bits hold', `${post('Transfer-Encoding: chunked')}fffffffffffffffff\r\na`, null],
    ['a chunk longer than its size', `${post('Transfer-Encoding: chunked')}1\r\nab\r\n0\r\n\r\n`, null],
    ['a line end in a chunk extension', `${post('Transfer-Encoding: chunked')}1;a\n\r\na\r\n0\r\n\r\n`, null],
    [
      'a chunk extension without end',
      `${post('Transfer-Encoding: chunked')}1;${'a'.repeat(40_000)}\r\na\r\n0\r\n\r\n`,
      null,
    ],
    ['a trailer that is folded', `${post('Transfer-Encoding: chunked')}0\r\nX-A: 1\r\n b\r\n\r\n`, null],
    ['a bare LF in chunks', `${post('Transfer-Encoding: chunked')}1\na\n0\n\n`, null],
    ['a request of HTTP/0.9', 'GET /\r\n\r\n', 505],
    ['a request line of HTTP/2', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    ['a body behind a request line of HTTP/2', 'POST / HTTP/2.0\r\nHost: a\r\nContent-Length: 1\r\n\r\nx', 505],
    ['a version without a number', 'GET / HTTP/\r\nHost: a\r\n\r\n', 400],
    ['a version in lower case', 'GET / http/1.1\r\nHost: a\r\n\r\n', 400],
    ['a space in the target', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['bare LFs for line ends', 'GET / HTTP/1.1\nHost: a\n\n', 400],
    ['a bare CR for a line end', 'GET / HTTP/1.1\rHost: a\r\n\r\n', 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', null],
    ['a target without a slash', 'GET a HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a target that leaves the root', 'GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['another version', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 400],
    ['an expectation nobody knows', `${post('Expect: magic', 'Content-Length: 0')}`, 417],
    ['more fields than the limit', `GET / HTTP/1.1\r\nHost: a\r\n${'X-A: 1\r\n'.repeat(200)}\r\n`, 431],
    ['a target beyond the limit', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['a head beyond the limit', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ])('%s', async (_what, bytes, status) => {
    await using pair = await startPair();
    using client = await rawClient(pair.gateway.port);

    client.send(Buffer.from(bytes, 'latin1'));
    const text = await client.closed();

    if (status !== null) expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).not.toContain('200 OK');
    expect(pair.upstream.requests.every(({ body }) => body === '')).toBe(true);
    if (status !== null) expect(pair.upstream.requests).toHaveLength(0);
  });
});

describe('a field that the client may not take out or put in', () => {
  test('is not taken out by Connection, if the gateway put it there', async () => {
    await using upstream = await startUpstream();
    const plugin = testPlugin('adder', () => ({
      rewrite: ({ request }) => void request.headers.set('X-Internal', 'gateway'),
    }));
    await using gateway = await startGateway([plugin], { uri: '/*', upstream: upstream.url, plugins: { adder: {} } });

    await gateway.get('/', { connection: 'close, x-internal, x-real-ip, x-forwarded-for', 'x-internal': 'client' });

    expect(upstream.requests[0]?.headers).toMatchObject({
      'x-internal': 'gateway',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
    });
  });

  test('is not there for a plugin either, if Connection names it', async () => {
    const seen: (string | undefined)[] = [];
    const plugin = testPlugin('looker', () => ({
      rewrite: ({ request }) => void seen.push(request.headers.get('x-api-key')),
    }));
    await using upstream = await startUpstream();
    await using gateway = await startGateway([plugin], { uri: '/*', upstream: upstream.url, plugins: { looker: {} } });

    await gateway.get('/', { connection: 'close, X-API-Key', 'x-api-key': 'secret' });

    expect(seen).toEqual([undefined]);
    expect(upstream.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });

  test.each(['', ' '])('an empty X-Forwarded-Host ("%s") of a trusted proxy names no host', async (value) => {
    await using upstream = await startUpstream();
    const route = { uri: '/*', upstream: upstream.url };
    await using gateway = await startGateway([], route, { trustedAddresses: ['127.0.0.1'] });
    using client = await rawClient(gateway.port);

    client.send(`GET / HTTP/1.1\r\nHost: a.com\r\nX-Forwarded-Host: ${value}\r\nConnection: close\r\n\r\n`);
    await client.closed();

    expect(upstream.requests[0]?.headers['x-forwarded-host']).toBe('a.com');
  });
});

describe('a body beyond the limit', () => {
  const limits = { bodyBytesMax: 1000 };
  test('is refused by what it says', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { limits });

    expect((await gateway.request({ method: 'POST', body: 'x'.repeat(1001) })).statusCode).toBe(413);
    expect(upstream.requests).toHaveLength(0);
    expect((await gateway.request({ method: 'POST', body: 'x'.repeat(1000) })).statusCode).toBe(200);
  });

  test('is refused by what it is, and the upstream gets no whole request of it', async () => {
    await using upstream = await startUpstream((req, res) => void req.resume().on('end', () => res.end('ok')));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url }, { limits });
    using client = await rawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let i = 0; i < 11; i += 1) client.send(`64\r\n${'x'.repeat(100)}\r\n`);

    expect(await client.closed()).toMatch(/^HTTP\/1\.1 413 /);
    await expect.poll(() => upstream.sockets.size).toBe(0);
    expect(upstream.requests.every(({ body }) => body === '')).toBe(true);
  });
});

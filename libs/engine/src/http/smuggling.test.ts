import { rawClient } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startPair } from './fixtures/start-pair.ts';

describe('what two readers could understand differently is refused, and the upstream never hears of it', () => {
  const post = (...lines: string[]) => `POST / HTTP/1.1\r\nHost: a\r\n${lines.join('\r\n')}\r\n\r\n`;
  test.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
    ['a host with credentials', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
    ['a length and chunks', `${post('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
    ['two lengths', `${post('Content-Length: 5', 'Content-Length: 6')}abcdef`, 400],
    ['the same length twice', `${post('Content-Length: 3', 'Content-Length: 3')}abc`, 400],
    ['a list of lengths', `${post('Content-Length: 3, 3')}abc`, 400],
    ['a length with a sign', `${post('Content-Length: +3')}abc`, 400],
    ['an unknown coding', `${post('Transfer-Encoding: gzip')}abc`, 400],
    ['chunked before another coding', `${post('Transfer-Encoding: chunked, gzip')}0\r\n\r\n`, 400],
    ['another coding before chunked', `${post('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 400],
    ['chunked twice', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
    ['chunks in HTTP/1.0', `${post('Transfer-Encoding: chunked').replace('1.1', '1.0')}0\r\n\r\n`, 400],
    ['a target with a fragment', 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a space before the colon', `${post('Content-Length : 3')}abc`, 400],
    ['a tab in a name', `${post('X-\tA: 3')}`, 400],
    ['a folded line', `${post('X-A: 1', ' 2')}`, 400],
    ['a bare CR in a value', `${post('X-A: 1\rX-B: 2')}`, 400],
    ['a NUL in a value', `${post('X-A: 1\0')}`, 400],
    ['a bad chunk size', `${post('Transfer-Encoding: chunked')}0x1\r\na\r\n0\r\n\r\n`, null],
    ['a bare LF in chunks', `${post('Transfer-Encoding: chunked')}1\na\n0\n\n`, null],
    ['a target without a slash', 'GET a HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a target that leaves the root', 'GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['another version', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 400],
    ['an expectation nobody knows', `${post('Expect: magic', 'Content-Length: 0')}`, 417],
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

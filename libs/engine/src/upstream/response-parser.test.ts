import { describe, expect, test } from 'vitest';
import { parsedAnswer } from './fixtures/parsed-answer.ts';

function head(...lines: string[]): string {
  return `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;
}

describe('what leaves two ways to see where an answer ends is refused', () => {
  test.each([
    ['two lengths', head('Content-Length: 3', 'Content-Length: 4') + 'abcd'],
    ['the same length twice', head('Content-Length: 3', 'Content-Length: 3') + 'abc'],
    ['a list of lengths', head('Content-Length: 3, 3') + 'abc'],
    ['a length and chunks', head('Content-Length: 3', 'Transfer-Encoding: chunked') + '3\r\nabc\r\n0\r\n\r\n'],
    ['chunks, then a length', head('Transfer-Encoding: chunked', 'Content-Length: 3') + '3\r\nabc\r\n0\r\n\r\n'],
    ['a negative length', head('Content-Length: -1')],
    ['a length with a sign', head('Content-Length: +3') + 'abc'],
    ['a length in hexadecimal', head('Content-Length: 0x3') + 'abc'],
    ['an empty length', head('Content-Length: ')],
    ['a length beyond all bounds', head('Content-Length: 99999999999999999999')],
    ['an unknown coding', head('Transfer-Encoding: gzip, chunked') + '0\r\n\r\n'],
    ['a coding twice', head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', head('Content-Length : 3') + 'abc'],
    ['a folded line', head('X-A: 1', ' 2')],
    ['a line without a colon', head('nonsense')],
    ['an empty name', head(': 1')],
    ['a bare LF between fields', 'HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2\r\n\r\n'],
    ['a bare CR in a value', head('X-A: 1\rContent-Length: 0')],
    ['a NUL in a value', head('X-A: 1\0')],
    ['a control character in a name', head('X-\x01A: 1')],
    ['another protocol', 'ICY 200 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status of letters', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['status 0xx', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['an endless head', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}`],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20)],
    ['a chunk size with a sign', `${head('Transfer-Encoding: chunked')}+3\r\nabc\r\n0\r\n\r\n`],
    ['a chunk size with 0x', `${head('Transfer-Encoding: chunked')}0x3\r\nabc\r\n0\r\n\r\n`],
    ['an empty chunk size', `${head('Transfer-Encoding: chunked')}\r\nabc\r\n`],
    ['a chunk longer than it says', `${head('Transfer-Encoding: chunked')}3\r\nabcd\r\n0\r\n\r\n`],
    ['a bare LF after a chunk size', `${head('Transfer-Encoding: chunked')}3\nabc\r\n0\r\n\r\n`],
    ['a control character in a chunk extension', `${head('Transfer-Encoding: chunked')}3;a=\x01\r\nabc\r\n0\r\n\r\n`],
    ['an endless chunk extension', `${head('Transfer-Encoding: chunked')}3;${'a'.repeat(5000)}`],
    ['more than the answer', `${head('Content-Length: 3')}abcdef`],
  ])('%s', (_name, bytes) => {
    expect(parsedAnswer([bytes]).error).toBeDefined();
  });
});

test.each([
  ['a status line that ends in a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
  ['a field that ends in a bare LF', 'HTTP/1.1 200 OK\r\nContent-Length: 2\n\nok'],
  ['the greeting of another protocol', 'SSH-2.0-server\r\n'],
  ['a record of TLS', '\x15\x03\x01\0\x02\x02\x46'],
  ['a frame of HTTP/2', '\0\0\x06\x04\0\0\0\0\0'],
  ['a chunk size that ends in a bare LF', `${head('Transfer-Encoding: chunked')}3\nabc`],
])('%s is refused without waiting for more', (_name, bytes) => {
  for (const pieces of [[bytes], [...bytes]]) expect(parsedAnswer(pieces).error).toBeDefined();
});

test('an answer that ends early is not complete', () => {
  expect(parsedAnswer([`${head('Content-Length: 3')}ab`]).isComplete).toBe(false);
  expect(parsedAnswer([`${head('Transfer-Encoding: chunked')}3\r\nabc\r\n`]).isComplete).toBe(false);
  expect(parsedAnswer(['HTTP/1.1 200 OK\r\nX-A: 1\r\n']).isComplete).toBe(false);
});

test('fields about the connection stay behind, also those that it names itself', () => {
  const answer = parsedAnswer([
    head(
      'Connection: close, X-Hop',
      'Keep-Alive: 5',
      'X-Hop: 1',
      'Upgrade: h2c',
      'TE: a',
      'Trailer: b',
      'X-End: 2',
      'Content-Length: 0',
    ),
  ]);
  expect(answer.head?.fields).toEqual(['X-End', '2', 'Content-Length', '0']);
  expect(answer.head?.isPersistent).toBe(false);
});

test('a length cannot be hidden by listing it in Connection', () => {
  const answer = parsedAnswer([`${head('Connection: content-length', 'Content-Length: 3')}abc`]);
  expect(answer).toMatchObject({ isComplete: true, body: 'abc' });
  expect(answer.head?.fields).toEqual(['Content-Length', '3']);
});

test.each([
  ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'],
  ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n'],
])('an answer without a body ends with its head (%s)', (method, bytes) => {
  expect(parsedAnswer([bytes], method)).toMatchObject({ isComplete: true, body: '' });
});

test('interim answers are passed over', () => {
  const bytes = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n';
  expect(parsedAnswer([`${bytes}${head('Content-Length: 2')}hi`])).toMatchObject({ body: 'hi', isComplete: true });
});

test('chunks, extensions and trailers, one byte at a time', () => {
  const bytes = `${head('Transfer-Encoding: chunked')}3;a="b"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n`;
  const answer = parsedAnswer([...bytes]);
  expect(answer).toMatchObject({ body: 'abc0123456789', trailers: ['X-Sum', '1'], isComplete: true });
});

test('a body without a length ends with the connection', () => {
  expect(parsedAnswer(['HTTP/1.0 200 OK\r\n\r\n', 'abc', 'def'])).toMatchObject({ body: 'abcdef', isComplete: true });
});

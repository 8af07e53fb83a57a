import { rawClient, startRawServer } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startHttp2Pair } from './fixtures/http2-pair.ts';
import { fieldBlock, frame, frameFlag, frameType, preface } from './fixtures/raw-frames.ts';

const wholeHead = frameFlag.endHeaders | frameFlag.endStream;
const headTo = (path: string) =>
  frame(
    frameType.headers,
    wholeHead,
    1,
    fieldBlock([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', path],
      [':authority', 'a'],
    ]),
  );

/** Each arrives in one piece with the head, so that the stream is gone before anybody has looked at it. */
describe('a client takes nothing but its own connection with it by', () => {
  test.each([
    ['data that belong to no stream', frame(frameType.data, 0, 0, Buffer.from('x'))],
    ['a reset of the stream', frame(frameType.reset, 0, 1, Buffer.from([0, 0, 0, 8]))],
    ['settings that are none', frame(frameType.settings, 0, 0, Buffer.from('x'))],
  ])('%s', async (_what, poison) => {
    await using pair = await startHttp2Pair();
    for (const path of ['/', '/a b', '/../a']) {
      using client = await rawClient(pair.port);
      client.send(Buffer.concat([preface, frame(frameType.settings, 0, 0), headTo(path), poison]));
      client.send(frame(frameType.ping, 0, 0, Buffer.alloc(8, 'q')));
      // An answer to the ping, or the end of the connection: the frames before it are dealt with. An error that nobody
      // listens for would end the process, and fails this test.
      await client.until('qqqqqqqq').catch(() => '');
    }
    expect((await pair.ask({})).status).toBe(200);
  });
});

describe('an upstream of HTTP/1.1 takes nothing with it by', () => {
  test.each([
    ['two fields of which there is one', 'ETag: a\r\nETag: b\r\n'],
    ['two places to go to', 'Location: /a\r\nLocation: /b\r\n'],
    ['settings of HTTP/2', 'HTTP2-Settings: AA\r\n'],
    ['a TE', 'TE: gzip\r\n'],
  ])('%s', async (_what, fields) => {
    const answer = `HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\n\r\nok`;
    await using origin = await startRawServer((socket) => socket.on('data', () => socket.write(answer)));
    const upstream = { type: 'roundrobin', nodes: { [origin.node]: 1 } };
    await using pair = await startHttp2Pair(undefined, { route: { upstream } });
    expect(await pair.ask({})).toMatchObject({ status: 200, body: 'ok' });
  });

  test('trailers that HTTP/2 does not know or that all objects have', async () => {
    const trailers = 'Keep-Alive: a\r\nHTTP2-Settings: a\r\nUpgrade: a\r\nconstructor: b\r\nETag: c\r\nETag: d\r\n';
    const answer = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${trailers}\r\n`;
    await using origin = await startRawServer((socket) => socket.on('data', () => socket.write(answer)));
    const upstream = { type: 'roundrobin', nodes: { [origin.node]: 1 } };
    await using pair = await startHttp2Pair(undefined, { route: { upstream } });

    const { trailers: passed, ...rest } = await pair.ask({ te: 'trailers' });

    expect(rest).toMatchObject({ status: 200, body: 'ok' });
    expect(Object.keys(passed).toSorted()).toEqual(['constructor', 'etag']);
  });
});

import { rawClient } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startHttp2Pair } from './fixtures/http2-pair.ts';
import { fieldBlock, frame, frameFlag, frameType, preface } from './fixtures/raw-frames.ts';

type Fields = readonly (readonly [string, string])[];

const usual: Fields = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a'],
];
const without = (name: string): Fields => usual.filter(([other]) => other !== name);
const withValue = (name: string, value: string): Fields => [...without(name), [name, value]];

describe('what cannot be said in HTTP/1.1 never reaches the upstream', () => {
  test.each([
    ['a method with a line end', withValue(':method', 'GET / HTTP/1.1\r\nX: y\r\n\r\nGET')],
    ['a method with a space', withValue(':method', 'GET /admin')],
    ['a path with a line end', withValue(':path', '/ HTTP/1.1\r\nHost: evil\r\n\r\nGET /')],
    ['a path with a space', withValue(':path', '/a b')],
    ['a path with a fragment', withValue(':path', '/a#b')],
    ['a path that leaves the root', withValue(':path', '/../a')],
    ['an empty path', withValue(':path', '')],
    ['no path', without(':path')],
    ['no scheme', without(':scheme')],
    ['no authority and no host', without(':authority')],
    ['a host that is not the authority', [...usual, ['host', 'b']]],
    ['two hosts', [...without(':authority'), ['host', 'a'], ['host', 'a']]],
    ['an authority with credentials', withValue(':authority', 'u@a')],
    ['an authority with a line end', withValue(':authority', 'a\r\nx: y')],
    ['a name in upper case', [...usual, ['X-A', '1']]],
    ['a transfer coding', [...usual, ['transfer-encoding', 'chunked']]],
    ['a connection field', [...usual, ['connection', 'x-a']]],
    ['an upgrade', [...usual, ['upgrade', 'websocket']]],
    ['a TE that is no trailers', [...usual, ['te', 'gzip']]],
    ['a pseudo-field after others', [...usual, ['x-a', '1'], [':path', '/b']]],
    ['two paths', [...usual, [':path', '/b']]],
    ['an unknown pseudo-field', [...usual, [':evil', '1']]],
    ['CONNECT', withValue(':method', 'CONNECT')],
    ['TRACE', withValue(':method', 'TRACE')],
    ['a length of more than a number holds', [...usual, ['content-length', '99999999999999999999']]],
    ['two lengths', [...usual, ['content-length', '1'], ['content-length', '2']]],
  ] as readonly (readonly [string, Fields])[])('%s', async (_what, fields) => {
    await using pair = await startHttp2Pair();
    using client = await rawClient(pair.port);
    const head = frame(frameType.headers, frameFlag.endHeaders | frameFlag.endStream, 1, fieldBlock(fields));

    client.send(
      Buffer.concat([
        preface,
        frame(frameType.settings, 0, 0),
        head,
        frame(frameType.ping, 0, 0, Buffer.alloc(8, 'q')),
      ]),
    );

    // The ping comes back once the frames before it are dealt with; or the connection ends.
    await client.until('qqqqqqqq').catch(() => '');
    await expect.poll(() => pair.gateway.engine.openRequests).toBe(0);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test.each([
    ['a line end in a value', ['x-a', '1\r\nx-b: 2']],
    ['a NUL in a value', ['x-a', '1\0']],
    ['a line end in a name', ['x-a: 1\r\nx-b', '2']],
  ] as const)('a field with %s is left out', async (_what, field) => {
    await using pair = await startHttp2Pair();
    using client = await rawClient(pair.port);
    const block = fieldBlock([...usual, field, ['x-c', '3']]);

    client.send(Buffer.concat([preface, frame(frameType.settings, 0, 0), frame(frameType.headers, 5, 1, block)]));
    await expect.poll(() => pair.upstream.requests.length).toBe(1);

    const names = Object.keys(pair.upstream.requests[0]?.headers ?? {});
    expect(names.filter((name) => name.startsWith('x-') && name.length === 3)).toEqual(['x-c']);
  });

  test('a body that is not as long as it says breaks off', async () => {
    await using pair = await startHttp2Pair();
    using client = await rawClient(pair.port);
    const fields: Fields = [...without(':method'), [':method', 'POST']].toSorted() as never;
    const head = frame(frameType.headers, frameFlag.endHeaders, 1, fieldBlock([...fields, ['content-length', '5']]));

    client.send(
      Buffer.concat([
        preface,
        frame(frameType.settings, 0, 0),
        head,
        frame(frameType.data, frameFlag.endStream, 1, Buffer.from('abc')),
      ]),
    );

    await expect.poll(() => pair.gateway.engine.openRequests).toBe(0);
    expect(pair.upstream.requests.every(({ body }) => body === '')).toBe(true);
  });
});

describe('floods', () => {
  const open = Buffer.concat([preface, frame(frameType.settings, 0, 0)]);
  const request = (stream: number): Buffer =>
    frame(frameType.headers, frameFlag.endHeaders | frameFlag.endStream, stream, fieldBlock(usual));

  test.each([
    [
      'streams that are reset at once',
      (i: number) => [request(i * 2 + 1), frame(frameType.reset, 0, i * 2 + 1, Buffer.from([0, 0, 0, 8]))],
    ],
    ['settings', () => [frame(frameType.settings, 0, 0)]],
    ['pings', () => [frame(frameType.ping, 0, 0, Buffer.alloc(8))]],
    [
      'a head that goes on for ever',
      (i: number) => [
        i === 0
          ? frame(frameType.headers, 0, 1, fieldBlock(usual))
          : frame(frameType.continuation, 0, 1, fieldBlock([['x-a', 'b'.repeat(4000)]])),
      ],
    ],
  ])('of %s end the connection, while others are served', async (_what, frames) => {
    await using pair = await startHttp2Pair();
    using client = await rawClient(pair.port);
    // Nothing is read, as an attacker would not either.
    client.socket.pause();
    const flood = Buffer.concat(Array.from({ length: 20_000 }, (_, i) => frames(i)).flat());

    client.send(Buffer.concat([open, flood]));

    expect((await pair.ask({})).status).toBe(200);
    client.socket.resume();
    await client.closed();
    expect(pair.upstream.requests.length).toBeLessThan(2_000);
    expect((await pair.ask({})).status).toBe(200);
  });

  test('of fields in one head are refused by their count and by their size', async () => {
    await using pair = await startHttp2Pair();
    const many = Object.fromEntries(Array.from({ length: 202 }, (_, i) => [`x-${i}`, '1']));
    expect((await pair.ask(many)).status).toBe(431);
    expect((await pair.ask({ 'x-a': 'b'.repeat(40_000) })).status).not.toBe(200);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('of streams beyond the limit wait on the side of the client', async () => {
    let open = 0;
    let most = 0;
    const handler = (_req: unknown, res: { end(text: string): void }): void => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        res.end('ok');
      });
    };
    await using pair = await startHttp2Pair(handler as never, { limits: { streamsMax: 5 } });
    await pair.ask({});

    const answers = await Promise.all(Array.from({ length: 50 }, () => pair.ask({})));

    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(most).toBeLessThanOrEqual(5);
  });
});

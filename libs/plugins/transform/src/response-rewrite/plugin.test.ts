import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { responseRewrite } from './plugin.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

async function rewritten(config: object, answer: Answer = {}, path = '/') {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(answer.status ?? 200, { etag: '"1"', 'x-own': 'yes', ...answer.headers });
    res.end(answer.body ?? 'hello world, hello');
  });
  const plugins = { 'response-rewrite': config };
  await using gateway = await startGateway([responseRewrite], { uri: '/*', upstream: upstream.url, plugins });
  const response = await gateway.get(path);
  return { ...response, log: gateway.log.lines };
}

const utf8 = (line: unknown): string => Buffer.from(String(line), 'latin1').toString();

describe('headers', () => {
  test('are added, set and removed', async () => {
    const headers = { add: ['X-A: one', 'x-own:two'], set: { 'X-B': 3, Etag: 'new' }, remove: ['X-C'] };
    const { headers: got, body } = await rewritten({ headers }, { headers: { 'x-b': 'old', 'x-c': 'gone' } });
    expect(got).toMatchObject({ 'x-a': 'one', 'x-own': 'yes, two', 'x-b': '3', etag: 'new' });
    expect(got).not.toHaveProperty('x-c');
    expect(body).toBe('hello world, hello');
  });

  test('are set by the short form, and may use variables', async () => {
    const { headers } = await rewritten({ headers: { 'X-A': '$remote_addr', 'X-B': 'for $uri' } }, {}, '/p');
    expect(headers).toMatchObject({ 'x-a': '127.0.0.1', 'x-b': 'for /p' });
  });

  test('without a value are sent as they are, except the type of the content, which goes', async () => {
    const { headers } = await rewritten(
      { headers: { 'X-Own': '', 'Content-Type': '' } },
      { headers: { 'content-type': 'a/b' } },
    );
    expect(headers['x-own']).toBe('');
    expect(headers).not.toHaveProperty('content-type');
  });

  test('cannot be split by what a variable brings', async () => {
    const { headers } = await rewritten({ headers: { set: { 'X-A': '$arg_a' } } }, {}, '/?a=1%0d%0aX-Evil:%20yes');
    expect(headers['x-a']).toBe('1%0D%0AX-Evil: yes');
    expect(headers).not.toHaveProperty('x-evil');
  });

  test('go as UTF-8 where a text is more than ASCII', async () => {
    const { headers } = await rewritten(
      { headers: { add: ['X-A: caf\u00e9'], set: { 'X-B': '$arg_b' } } },
      {},
      '/?b=%E2%82%AC',
    );
    expect(utf8(headers['x-a'])).toBe('caf\u00e9');
    expect(utf8(headers['x-b'])).toBe('\u20ac');
  });
});

describe('a body', () => {
  test.each([
    [{ body: 'new' }, 'new'],
    [{ body: '' }, ''],
    [{ body: 'bmV3', body_base64: true }, 'new'],
  ])('is replaced by %j', async (config, body) => {
    const response = await rewritten(config, { headers: { 'content-encoding': 'unknown' } });
    expect(response.body).toBe(body);
    expect(response.headers).not.toHaveProperty('etag');
    expect(response.headers).not.toHaveProperty('content-encoding');
  });

  test.each([
    [[{ regex: 'hello', replace: 'HI' }], 'HI world, hello'],
    [[{ regex: 'hello', replace: 'HI', scope: 'global' }], 'HI world, HI'],
    [[{ regex: 'HELLO', replace: 'x', options: 'jio' }], 'x world, hello'],
    [[{ regex: '(h)(e)', replace: '$2${1}$$1$&' }], 'eh$1$&llo world, hello'],
    [
      [
        { regex: 'hello', replace: 'a' },
        { regex: 'a w', replace: 'b' },
      ],
      'borld, hello',
    ],
    [[{ regex: 'nowhere', replace: 'x' }], 'hello world, hello'],
  ])('is filtered by %j', async (filters, body) => {
    expect((await rewritten({ filters })).body).toBe(body);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
  ])('is unpacked from %s to be filtered', async (coding, compress) => {
    const answer = { headers: { 'content-encoding': coding }, body: compress('hello') };
    const { body, headers } = await rewritten({ filters: [{ regex: 'h', replace: 'j' }] }, answer);
    expect(body).toBe('jello');
    expect(headers).not.toHaveProperty('content-encoding');
  });

  test('stays as it is where nobody knows its coding, and the log says so', async () => {
    const answer = { headers: { 'content-encoding': 'compress' }, body: 'hello' };
    const { body, headers, log } = await rewritten({ filters: [{ regex: 'h', replace: 'j' }] }, answer);
    expect([body, headers['content-encoding'], headers.etag]).toEqual(['hello', 'compress', '"1"']);
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  test('passes where it is not what its coding says', async () => {
    const answer = { headers: { 'content-encoding': 'gzip' }, body: 'hello' };
    const { body, log } = await rewritten({ filters: [{ regex: 'h', replace: 'j' }] }, answer);
    expect(body).toBe('hello');
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  test('is cut off where it is longer than filters may see, so that nothing slips by', async () => {
    const { body, log } = await rewritten({ filters: [{ regex: 'hello', replace: 'x' }], max_resp_body_size: 7 });
    expect(body).toBe('x w');
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  test('that is bigger unpacked than filters may see is not unpacked', async () => {
    const bomb = gzipSync('a'.repeat(100_000));
    const answer = { headers: { 'content-encoding': 'gzip' }, body: bomb };
    const { log } = await rewritten({ filters: [{ regex: 'a', replace: 'b' }], max_resp_body_size: 1000 }, answer);
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });
});

describe('what is configured happens', () => {
  const config = { vars: [['status', '==', 404]], status_code: 200, body: 'new', headers: { 'X-A': 'b' } };

  test('where the condition holds', async () => {
    const { statusCode, body, headers } = await rewritten(config, { status: 404 });
    expect([statusCode, body, headers['x-a']]).toEqual([200, 'new', 'b']);
  });

  test('nowhere else', async () => {
    const { statusCode, body, headers } = await rewritten(config, { status: 201 });
    expect([statusCode, body, headers['x-a'], headers.etag]).toEqual([201, 'hello world, hello', undefined, '"1"']);
  });

  test('to an answer of the gateway as well', async () => {
    const plugins = { 'response-rewrite': { status_code: 503, body: 'later' } };
    await using gateway = await startGateway([responseRewrite], { uri: '/*', upstream: 'http://127.0.0.1:1', plugins });
    const { statusCode, body } = await gateway.get('/');
    expect([statusCode, body]).toEqual([503, 'later']);
  });
});

test.each([
  [{ status_code: 599 }, 'property "status_code" validation failed: expected 599 to be at most 598'],
  [{ body: 2 }, 'property "body" validation failed: wrong type: expected string, got number'],
  [{ body: '?', body_base64: true }, 'invalid base64 content'],
  [{ body_base64: true }, 'invalid base64 content'],
  [{ headers: { '': 'x' } }, 'invalid field length in header'],
  [{ headers: { 'a:b': 'x' } }, 'invalid field character in header'],
  [{ headers: { add: ['a b:c'] } }, 'invalid field character in header'],
  [{ headers: { set: { 'X-A': {} } } }, 'headers'],
  [{ vars: [{}] }, "failed to validate the 'vars' expression"],
  [{ filters: [] }, 'property "filters" validation failed'],
  [{ filters: [{ regex: 'a' }] }, 'property "replace" is required'],
  [{ filters: [{ regex: 'a', replace: 'b', options: 'h' }] }, 'unknown flag "h" (flags "h")'],
  [{ filters: [{ regex: '(', replace: 'b' }] }, 'regex "(" validation failed'],
  [{ body: 'a', filters: [{ regex: 'a', replace: 'b' }] }, 'failed to validate dependent schema'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'response-rewrite': config } };
  await expect(startGateway([responseRewrite], route)).rejects.toThrow(message);
});

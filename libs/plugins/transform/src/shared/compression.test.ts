import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { brotli } from '../brotli/plugin.ts';
import { echo } from '../echo/plugin.ts';
import { gzip } from '../gzip/plugin.ts';
import { responseRewrite } from '../response-rewrite/plugin.ts';

const text = 'a sentence that repeats itself. '.repeat(8);

interface Asked {
  readonly accept?: string;
  readonly answer?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly status?: number;
  readonly method?: string;
}

/** An answer through the plugins, its bytes as they came. */
async function fetched(plugins: object, { accept, answer = {}, body = text, status = 200, method }: Asked = {}) {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(status, { 'content-type': 'text/html', ...answer }).end(method === 'HEAD' ? '' : body);
  });
  await using gateway = await startGateway([gzip, brotli, echo, responseRewrite], {
    uri: '/*',
    upstream: upstream.url,
    plugins,
  });
  const req = get({ port: gateway.port, method, headers: accept === undefined ? {} : { 'accept-encoding': accept } });
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  return { headers: res.headers, bytes: Buffer.concat(chunks) };
}

describe.each([
  ['gzip', 'gzip', gunzipSync],
  ['brotli', 'br', brotliDecompressSync],
] as const)('%s', (plugin, coding, decompress) => {
  test.each([
    ['does not accept anything', {}, {}],
    ['accepts something else', {}, { accept: 'zstd, identity' }],
    ['refuses the coding', {}, { accept: `${coding};q=0, *` }],
    ['gets another type', {}, { accept: coding, answer: { 'content-type': 'image/png' } }],
    ['gets no type at all', {}, { accept: coding, answer: { 'content-type': '' } }],
    ['gets a small body', { min_length: 1000 }, { accept: coding, answer: { 'content-length': String(text.length) } }],
    ['gets what is compressed already', {}, { accept: coding, answer: { 'content-encoding': 'zstd' } }],
  ])('leaves the body alone where the client %s', async (_case, config, asked) => {
    const { headers, bytes } = await fetched({ [plugin]: config }, asked);
    expect(headers['content-encoding']).not.toBe(coding);
    expect(bytes.toString()).toBe(text);
  });

  test.each([
    ['to HEAD', { method: 'HEAD', accept: coding }],
    ['without a body', { status: 204, body: '', accept: coding }],
  ])('leaves an answer %s alone', async (_case, asked) => {
    const { headers } = await fetched({ [plugin]: {} }, asked);
    expect(headers).not.toHaveProperty('content-encoding');
  });

  test.each([
    ['that accepts it', {}, { accept: `deflate, ${coding};q=0.5` }],
    ['that accepts anything', {}, { accept: '*' }],
    [
      'for one of several types',
      { types: ['a/b', 'Text/HTML'] },
      { accept: coding, answer: { 'content-type': 'text/html; charset=utf-8' } },
    ],
    ['for every type', { types: '*' }, { accept: coding, answer: { 'content-type': 'video/3gpp' } }],
    [
      'for a body as long as asked',
      { min_length: text.length },
      { accept: coding, answer: { 'content-length': String(text.length) } },
    ],
  ])('compresses for a client %s', async (_case, config, asked) => {
    const { headers, bytes } = await fetched({ [plugin]: config }, asked);
    expect(headers).toMatchObject({ 'content-encoding': coding });
    expect(bytes.length).toBeLessThan(text.length);
    expect(decompress(bytes).toString()).toBe(text);
  });

  test('weakens a strong tag, and forgets the length', async () => {
    const answer = { etag: '"1"', 'content-length': String(text.length) };
    const { headers } = await fetched({ [plugin]: {} }, { accept: coding, answer });
    expect(headers.etag).toBe('W/"1"');
    expect(headers).not.toHaveProperty('content-length');
  });

  test('tells caches only where that is wanted, also with an answer that is left as it is', async () => {
    const answer = { vary: 'upstream' };
    expect((await fetched({ [plugin]: {} }, { accept: coding, answer })).headers.vary).toBe('upstream');
    for (const accept of [coding, 'identity']) {
      const { headers } = await fetched({ [plugin]: { vary: true } }, { accept, answer });
      expect(headers.vary).toBe('upstream, Accept-Encoding');
    }
  });

  test('holds nothing back of an answer that comes piece by piece', async () => {
    let release = (): void => undefined;
    await using upstream = await startUpstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' }).write('first');
      release = () => void res.end('second');
    });
    await using gateway = await startGateway([gzip, brotli], {
      uri: '/*',
      upstream: upstream.url,
      plugins: { [plugin]: {} },
    });
    const req = get({ port: gateway.port, headers: { 'accept-encoding': coding } });
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const [first] = (await once(res, 'data')) as [Buffer];
    const chunks = [first];
    res.on('data', (chunk: Buffer) => chunks.push(chunk));
    release();
    await once(res, 'end');
    expect(decompress(Buffer.concat(chunks)).toString()).toBe('firstsecond');
  });
});

describe.each(['gzip', 'brotli'])('%s refuses the configuration', (plugin) => {
  test.each([
    [{ types: [] }, 'property "types" validation failed'],
    [{ types: 'text/html' }, 'property "types" validation failed'],
    [{ min_length: 0 }, 'property "min_length" validation failed'],
    [{ http_version: 2 }, 'property "http_version" validation failed'],
    [{ vary: 'yes' }, 'property "vary" validation failed'],
  ])('%j', async (config, message) => {
    const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { [plugin]: config } };
    await expect(startGateway([gzip, brotli], route)).rejects.toThrow(message);
  });
});

test.each(['gzip', 'brotli'])('%s compresses what other plugins have made of an answer', async (plugin) => {
  const others = {
    echo: { before_body: 'before ', after_body: ' after' },
    'response-rewrite': { filters: [{ regex: 'sentence', replace: 'word', scope: 'global' }] },
  };
  const { headers, bytes } = await fetched({ [plugin]: {}, ...others }, { accept: 'gzip, br' });
  const plain = plugin === 'gzip' ? gunzipSync(bytes) : brotliDecompressSync(bytes);
  expect(plain.toString()).toBe(`before ${text.replaceAll('sentence', 'word')} after`);
  expect(headers).not.toHaveProperty('etag');
});

test('an answer that the upstream compressed, and a plugin unpacked, is compressed again', async () => {
  const filters = [{ regex: 'sentence', replace: 'word', scope: 'global' }];
  const asked = { accept: 'gzip', body: gzipSync(text), answer: { 'content-encoding': 'gzip' } };
  const { headers, bytes } = await fetched({ gzip: {}, 'response-rewrite': { filters } }, asked);
  expect(headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(bytes).toString()).toBe(text.replaceAll('sentence', 'word'));
});

test('a client that accepts both gets one of them', async () => {
  const { headers, bytes } = await fetched({ gzip: {}, brotli: {} }, { accept: 'gzip, br' });
  expect(headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(bytes).toString()).toBe(text);
});

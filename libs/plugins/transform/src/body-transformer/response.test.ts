import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startTransforming } from './fixtures/start-transforming.ts';

describe('a response', () => {
  const toJson = '{"name":"{{a.b}}"}';
  const xmlAnswer = {
    headers: { 'content-type': 'text/xml', etag: '"1"', 'last-modified': 'x' },
    body: '<a><b>ann</b></a>',
  };

  test('becomes another, and what was said of the first is taken back', async () => {
    await using pair = await startTransforming({ response: { template: toJson } }, xmlAnswer);
    const { body, headers } = await pair.gateway.get('/');
    expect(body).toBe('{"name":"ann"}');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('last-modified');
  });

  test('that is packed is unpacked first', async () => {
    const packed = {
      headers: { 'content-type': 'text/xml', 'content-encoding': 'gzip' },
      body: gzipSync(xmlAnswer.body),
    };
    await using pair = await startTransforming({ response: { template: toJson } }, packed);
    const { body, headers } = await pair.gateway.get('/');
    expect([body, headers['content-encoding']]).toEqual(['{"name":"ann"}', undefined]);
  });

  test.each([
    ['that cannot be read', { headers: { 'content-type': 'text/xml' }, body: '<a><b>' }],
    ['that lacks what the template needs', { headers: { 'content-type': 'text/xml' }, body: '<c/>' }],
    ['that is too large', { headers: { 'content-type': 'text/xml' }, body: `<a><b>${'x'.repeat(200)}</b></a>` }],
    [
      'of a coding that nobody knows',
      { headers: { 'content-type': 'text/xml', 'content-encoding': 'own' }, body: '<a/>' },
    ],
  ])('%s stays as it is, and the log says so', async (_case, answer) => {
    await using pair = await startTransforming({ response: { template: toJson }, max_resp_body_size: 100 }, answer);
    const { body, headers } = await pair.gateway.get('/');
    expect(body).toBe(answer.body);
    expect(headers['content-encoding']).toBe((answer.headers as Record<string, string>)['content-encoding']);
    expect(JSON.stringify(pair.gateway.log.lines)).toMatch(/transformed/);
  });

  test('that cannot be transformed goes on unpacked', async () => {
    const packed = { headers: { 'content-type': 'text/xml', 'content-encoding': 'gzip' }, body: gzipSync('<c/>') };
    expect(gunzipSync(packed.body).toString()).toBe('<c/>');
    await using pair = await startTransforming({ response: { template: toJson } }, packed);
    expect((await pair.gateway.get('/')).body).toBe('<c/>');
  });

  test('that grows too large while it is unpacked is broken off', async () => {
    const packed = { headers: { 'content-encoding': 'gzip' }, body: gzipSync('x'.repeat(100_000)) };
    await using pair = await startTransforming({ response: { template: 'y' }, max_resp_body_size: 1000 }, packed);
    await expect(pair.gateway.get('/')).rejects.toThrow();
  });

  test('of a plugin that came before is not meant', async () => {
    await using pair = await startTransforming({ response: { input_format: 'json', template: 'changed' } });
    expect((await pair.gateway.get('/', { 'x-refuse': '1' })).body).toBe('{"a":"refused"}');
  });

  test.each([
    ['HEAD', 200],
    ['GET', 304],
    ['GET', 204],
  ])('to %s with %d has no body, also after it', async (method, status) => {
    await using pair = await startTransforming(
      { response: { input_format: 'plain', template: 'new' } },
      { status, body: '' },
    );
    const response = await pair.gateway.request({ method });
    expect([response.statusCode, response.body]).toEqual([status, '']);
  });

  test('may use the fields of the request', async () => {
    await using pair = await startTransforming({
      request: { template: '[{{name}}]' },
      response: { input_format: 'args', template: '{{ _ctx.var.status }} {{ q }} {{ _body }}' },
    });
    const response = await pair.post('{"name":"ann"}', { 'content-type': 'application/json' }, '/?q=1');
    expect([pair.sent(), response.body]).toEqual(['[ann]', '200 1 origin']);
  });
});

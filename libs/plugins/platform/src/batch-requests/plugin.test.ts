import { check } from '@sluice/schema';
import { rawClient } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { address, startBatch } from './fixtures/start-batch.ts';
import { batchRequests } from './plugin.ts';

describe('a batch is refused whole, and nothing of it is sent,', () => {
  const item = (one: object) => ({ pipeline: [{ path: '/first' }, one] });
  test.each([
    ['without a body', '', 'no request body, you should give at least one pipeline setting'],
    [
      'that is no JSON',
      'invalid json string',
      'invalid request body: invalid json string, err: Expected value but found invalid token at character 1',
    ],
    ['that breaks off', '{"pipeline":', 'invalid request body: {"pipeline":, err: it is not valid JSON'],
    ['that is a list', [], 'bad request body: wrong type: expected object, got table'],
    ['without requests', { pipeline1: [] }, 'bad request body: object matches none of the required: ["pipeline"]'],
    [
      'with a list of none',
      { pipeline: [] },
      'bad request body: property "pipeline" validation failed: expect array to have at least 1 items',
    ],
    [
      'with a timeout that is a text',
      { timeout: '200', pipeline: [{ path: '/' }] },
      'bad request body: property "timeout" validation failed: wrong type: expected integer, got string',
    ],
    [
      'without time',
      { timeout: 0, pipeline: [{ path: '/' }] },
      'bad request body: property "timeout" validation failed: expected 0 to be at least 1',
    ],
    [
      'with a request without a path',
      item({}),
      'bad request body: property "pipeline" validation failed: failed to validate item 2: property "path" is required',
    ],
    [
      'with a request to nowhere',
      item({ path: '' }),
      'bad request body: property "pipeline" validation failed: failed to validate item 2: property "path" validation failed: string too short, expected at least 1, got 0',
    ],
    [
      'with a method that is none',
      item({ path: '/', method: 'put' }),
      'bad request body: property "pipeline" validation failed: failed to validate item 2: property "method" validation failed: matches none of the enum values',
    ],
    [
      'with a version that is none',
      item({ path: '/', version: 1.2 }),
      'bad request body: property "pipeline" validation failed: failed to validate item 2: property "version" validation failed: matches none of the enum values',
    ],
    [
      'with a field that nobody knows',
      item({ path: '/', x: 1 }),
      'bad request body: property "pipeline" validation failed: failed to validate item 2: additional properties forbidden, found x',
    ],
    ['to another server', item({ path: 'http://other/' }), 'request failed: invalid path: "http://other/"'],
    [
      'with a path of two lines',
      item({ path: '/a HTTP/1.1\r\nx: y' }),
      'request failed: invalid path: "/a HTTP/1.1\\r\\nx: y"',
    ],
    [
      'with a header of two lines',
      item({ path: '/', headers: { a: 'b\r\nc: d' } }),
      'request failed: invalid value of the header a',
    ],
    [
      'with a header that is an object',
      item({ path: '/', headers: { a: {} } }),
      'request failed: invalid value of the header a',
    ],
    [
      'with a name that is none',
      item({ path: '/', headers: { 'a b': '1' } }),
      'request failed: invalid name of a header: "a b"',
    ],
    [
      'with an argument that is an object',
      item({ path: '/', query: { a: {} } }),
      'request failed: invalid value of the argument "a"',
    ],
  ])('%s', async (_case, body, message) => {
    await using pair = await startBatch();
    const response = await pair.post(body);
    expect([response.statusCode, response.json()]).toEqual([400, { error_msg: message }]);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test.each([
    ['says its length', { 'content-length': '70' }],
    ['does not', { 'transfer-encoding': 'chunked' }],
    ['waits to be asked', { 'content-length': '70', expect: '100-continue' }],
  ])('that is too large, whether it %s', async (_case, headers) => {
    await using pair = await startBatch({ metadata: { max_body_size: 50 } });
    const body = JSON.stringify({ pipeline: [{ path: `/${'x'.repeat(43)}` }] });
    expect(body).toHaveLength(70);
    const response = await pair.gateway.request({ method: 'POST', path: address, headers, body });
    const message = 'request size 70 is greater than the maximum size 50 allowed';
    expect([response.statusCode, response.json()]).toEqual([413, { error_msg: message }]);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('that does not end, although nobody reads it any more', async () => {
    await using pair = await startBatch({ metadata: { max_body_size: 50 } });
    using client = await rawClient(pair.gateway.port);
    client.send(`POST ${address} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`);
    client.send(`${'64\r\n'}${'x'.repeat(100)}\r\n`.repeat(3));
    await expect.poll(() => client.received).toMatch(/^HTTP\/1\.1 413/);
  });

  test('that has too many requests', async () => {
    await using pair = await startBatch({ metadata: { max_pipeline_items: 2 } });
    const response = await pair.post({ pipeline: [{ path: '/' }, { path: '/' }, {}] });
    expect(response.json()).toEqual({ error_msg: 'too many pipeline requests, 3 exceeds the maximum of 2' });
    expect(pair.upstream.requests).toHaveLength(0);
  });
});

test('only POST is served, and only where a route opens the address', async () => {
  await using pair = await startBatch();
  expect((await pair.gateway.get(address)).statusCode).toBe(404);
  pair.gateway.apply({ kind: 'route', id: 'batch', value: null });
  const response = await pair.post({ pipeline: [{ path: '/a' }] });
  expect(response.body).toMatch(/^</);
});

test('limits follow the metadata, and the address the attributes', async () => {
  const attributes = { 'batch-requests': { uri: '/many' } };
  await using pair = await startBatch({
    engine: { attributes },
    route: { uri: '/many', plugins: { 'public-api': {} } },
  });
  const body = { pipeline: [{ path: '/a' }, { path: '/b' }] };
  expect((await pair.post(body, {}, '/many')).statusCode).toBe(200);
  pair.gateway.apply({ kind: 'plugin_metadata', id: 'batch-requests', value: { max_pipeline_items: 1 } });
  expect((await pair.post(body, {}, '/many')).statusCode).toBe(400);
  expect((await pair.post(body)).statusCode).toBe(404);
});

test.each([
  [{ max_body_size: 0 }, 'property "max_body_size" validation failed: expected 0 to be greater than 0'],
  [{ max_pipeline_items: '1' }, 'property "max_pipeline_items" validation failed: wrong type'],
])('the metadata %j is refused', (metadata, message) => {
  expect(check(batchRequests.schema.metadata, metadata)?.message).toContain(message);
});

import { check } from '@sluice/schema';
import { ending, rawClient, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { requestValidation } from './plugin.ts';

const bodySchema = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', minLength: 2 }, age: { type: 'integer' } },
};
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

async function start(config: object) {
  const upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'request-validation': config };
  const gateway = await startGateway([requestValidation], { uri: '/*', upstream: upstream.url, plugins });
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    gateway.request({ method: 'POST', path: '/', headers, body });
  return ending({ gateway, upstream, post }, gateway, upstream);
}

describe('a body is refused with what is wrong with it, and the upstream never hears of it,', () => {
  test.each([
    ['without a name', '{}', {}, 'property "name" is required'],
    ['with a name of another type', '{"name":1}', {}, 'property "name" validation failed: wrong type: expected string'],
    ['that is a list', '[]', {}, 'wrong type: expected object, got table'],
    ['that is no JSON', 'name=ann', {}, 'the body is not valid JSON'],
    ['that is empty', '', {}, 'the body is missing'],
    ['that is no text', Buffer.from('{"name":"\xff\xff"}', 'latin1'), {}, 'the body is not valid UTF-8'],
    ['that is too deep', '['.repeat(1001) + ']'.repeat(1001), {}, 'the body is nested too deeply'],
    ['of a form without a name', 'age=1', form, 'property "name" is required'],
    ['of a form, where nothing is a number', 'name=ann&age=1', form, 'expected integer, got string'],
    ['of a form with the name twice', 'name=ann&name=bob', form, 'expected string, got table'],
  ])('%s', async (_case, body, headers, message) => {
    await using pair = await start({ body_schema: bodySchema });
    const response = await pair.post(body, headers as Record<string, string>);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain(message);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('that is longer than it may be', async () => {
    await using pair = await start({ body_schema: bodySchema, max_req_body_size: 20 });
    const response = await pair.post(`{"name":"${'x'.repeat(20)}"}`);
    expect([response.statusCode, response.body]).toEqual([400, 'the body is too large']);
  });

  test('that says twice what it is', async () => {
    await using pair = await start({ body_schema: bodySchema });
    using client = await rawClient(pair.gateway.port);
    const types = 'Content-Type: application/json\r\nContent-Type: text/plain\r\n';
    client.send(`POST / HTTP/1.1\r\nHost: a\r\n${types}Content-Length: 14\r\n\r\n{"name":"ann"}`);
    await expect.poll(() => client.received).toContain('there is more than one Content-Type');
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('in the words and with the status of the operator', async () => {
    await using pair = await start({ body_schema: bodySchema, rejected_code: 422, rejected_msg: 'Look it up.' });
    const response = await pair.post('{}');
    expect([response.statusCode, response.body]).toEqual([422, 'Look it up.']);
  });
});

describe('a body that passes', () => {
  test('goes on byte by byte as it came', async () => {
    await using pair = await start({ body_schema: bodySchema });
    const body = '{ "name": "ann", "big": 12345678901234567890, "text": "a:{\\"" }';
    expect((await pair.post(body)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.body).toBe(body);
  });

  test('goes on without the key that was not checked, where one is there twice', async () => {
    await using pair = await start({ body_schema: { properties: { k: { pattern: '^good$' } } } });
    expect((await pair.post('{"k":"bad","k":"good","l":{"a":1,"a":2}}')).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.body).toBe('{"k":"good","l":{"a":2}}');
    expect((await pair.post('{"k":"good","k":"bad"}')).statusCode).toBe(400);
  });

  test('gets the defaults of the schema', async () => {
    const schema = { properties: { age: { default: 18 }, tags: { default: ['new'] } } };
    await using pair = await start({ body_schema: schema });
    await pair.post('{"age":3}');
    await pair.post('{"tags":[],"age":4}');
    await pair.post('{}');
    const bodies = pair.upstream.requests.map(({ body }) => body);
    expect(bodies).toEqual(['{"age":3,"tags":["new"]}', '{"tags":[],"age":4}', '{"age":18,"tags":["new"]}']);
  });

  test('may be a form, which stays as it is', async () => {
    await using pair = await start({ body_schema: { ...bodySchema, properties: { age: { default: '1' } } } });
    expect((await pair.post('name=a%20b&name=c', form)).statusCode).toBe(200);
    expect(pair.upstream.requests[0]?.body).toBe('name=a%20b&name=c');
  });
});

describe('headers', () => {
  const schema = { required: ['x-tenant'], properties: { 'x-tenant': { type: 'string', pattern: '^[a-z]+$' } } };
  test.each([
    [{}, 400, 'property "x-tenant" is required'],
    [{ 'X-Tenant': '1' }, 400, 'property "x-tenant" validation failed: failed to match pattern'],
    [{ 'X-Tenant': ['a', 'b'] }, 400, 'expected string, got table'],
    [{ 'X-Tenant': 'acme' }, 200, 'origin'],
  ])('%j are answered with %d', async (headers, status, text) => {
    await using pair = await start({ header_schema: schema });
    const response = await pair.gateway.get('/', headers as unknown as Record<string, string>);
    expect(response.statusCode).toBe(status);
    expect(response.body).toContain(text);
    expect(pair.upstream.requests).toHaveLength(status === 200 ? 1 : 0);
  });
});

test.each([
  [{}, 'object matches none of the required: ["header_schema"] or ["body_schema"]'],
  [{ body_schema: { type: 'test' } }, 'property "body_schema" is no JSON schema: invalid JSON type: test'],
  [
    { header_schema: { properties: { a: { pattern: '(' } } } },
    'property "header_schema" is no JSON schema: "(" is not',
  ],
  [{ body_schema: {}, rejected_code: 199 }, 'property "rejected_code" validation failed'],
  [{ body_schema: {}, rejected_msg: '' }, 'property "rejected_msg" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  await expect(start(config)).rejects.toThrow(message);
});

test('a message may have 256 characters and no more', () => {
  const { config } = requestValidation.schema;
  expect(check(config, { body_schema: {}, rejected_msg: 'x'.repeat(256) })).toBeUndefined();
  expect(check(config, { body_schema: {}, rejected_msg: 'x'.repeat(257) })?.path).toBe('/rejected_msg');
});

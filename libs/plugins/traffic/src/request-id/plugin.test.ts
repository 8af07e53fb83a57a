import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { requestId } from './plugin.ts';

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const clock = { now: () => 1_700_000_000_123 };

async function exchange(config: object, headers: Record<string, string> = {}, answered: Record<string, string> = {}) {
  await using upstream = await startUpstream((_req, res) => void res.writeHead(200, answered).end());
  const plugins = { 'request-id': config };
  await using gateway = await startGateway([requestId], { uri: '/*', upstream: upstream.url, plugins }, { clock });
  const response = await gateway.get('/', headers);
  return { sent: upstream.requests[0]?.headers ?? {}, received: response.headers };
}

test('upstream and client get the same id', async () => {
  const { sent, received } = await exchange({});
  expect(sent['x-request-id']).toMatch(uuidForm);
  expect(received['x-request-id']).toBe(sent['x-request-id']);
});

test('no two requests get the same id', async () => {
  const ids = await Promise.all([exchange({}), exchange({}), exchange({})]);
  expect(new Set(ids.map(({ sent }) => sent['x-request-id'])).size).toBe(3);
});

test('an id that the client sends is kept, an empty one is not', async () => {
  expect((await exchange({}, { 'x-request-id': '123' })).received['x-request-id']).toBe('123');
  expect((await exchange({}, { 'x-request-id': '' })).sent['x-request-id']).toMatch(uuidForm);
});

test('a header of the upstream is kept, an empty one is not', async () => {
  expect((await exchange({}, {}, { 'x-request-id': 'own' })).received['x-request-id']).toBe('own');
  expect((await exchange({}, {}, { 'x-request-id': '' })).received['x-request-id']).toMatch(uuidForm);
});

test('the client is not told where it shall not be', async () => {
  const { sent, received } = await exchange({ header_name: 'X-Trace', include_in_response: false });
  expect(sent['x-trace']).toMatch(uuidForm);
  expect(received).not.toHaveProperty('x-trace');
});

test('a refusal of the gateway carries the id as well', async () => {
  await using gateway = await startGateway([requestId], {
    uri: '/*',
    upstream: 'http://127.0.0.1:1',
    plugins: { 'request-id': {} },
  });
  const { statusCode, headers } = await gateway.get('/');
  expect(statusCode).toBe(502);
  expect(headers['x-request-id']).toMatch(uuidForm);
});

describe('an id', () => {
  test.each([
    ['uuidv7', /^018bcfe5-687b-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['nanoid', /^[\w-]{21}$/],
    ['ksuid', /^2YBXZ[0-9A-Za-z]{22}$/],
    ['range_id', /^[0-9A-Za-z]{16}$/],
  ])('of the form %s looks so', async (algorithm, form) => {
    expect((await exchange({ algorithm })).sent['x-request-id']).toMatch(form);
  });

  test('has the characters and the length that are configured', async () => {
    const { sent } = await exchange({ algorithm: 'range_id', range_id: { char_set: 'abcdef', length: 30 } });
    expect(sent['x-request-id']).toMatch(/^[a-f]{30}$/);
  });
});

test.each([
  [{ algorithm: 'md5' }, 'property "algorithm" validation failed: matches none of the enum values'],
  [{ include_in_response: 'no' }, 'property "include_in_response" validation failed: wrong type: expected boolean'],
  [{ header_name: 'a b' }, 'property "header_name" validation failed'],
  [{ range_id: { char_set: 'abc' } }, 'property "char_set" validation failed'],
  [{ range_id: { char_set: 'abc def' } }, 'property "char_set" validation failed'],
  [{ range_id: { length: 5 } }, 'property "length" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'request-id': config } };
  await expect(startGateway([requestId], route)).rejects.toThrow(message);
});

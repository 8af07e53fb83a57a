import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const path = '/apisix/admin/configs/validate';
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const check = (config: unknown, headers?: Record<string, string>) => plane.call('POST', path, config, headers);
const yaml = { 'content-type': 'application/yaml' };

describe('what is no configuration is refused as a whole', () => {
  test.each([
    ['nothing', '', undefined, 'invalid request body: empty request body'],
    ['no JSON', 'not json', undefined, expect.stringMatching(/^invalid request body: /)],
    ['a list', '[]', undefined, 'invalid request body: invalid json request body'],
    ['no YAML', 'a: [', yaml, expect.stringMatching(/^invalid request body: /)],
    ['a text in YAML', 'routes', yaml, 'invalid request body: invalid yaml request body'],
    ['YAML that grows without end', manyAliases(), yaml, expect.stringMatching(/^invalid request body: .*alias/i)],
  ])('%s', async (_what, body, headers, error_msg) => {
    expect(await check(body, headers)).toMatchObject({ status: 400, body: { error_msg } });
  });
});

test('everything that is wrong is told at once, with its list and its place', async () => {
  const { status, body } = await check({
    routes: [{ id: 'r1', ...sampleRoute('/a') }, { id: 'r1', ...sampleRoute('/b') }, { id: 'r2', uri: 5 }, 'text'],
    routes_conf_version: '7',
    services: [{ id: 's', plugins: { 'no-such-plugin': {} } }],
    consumers: [
      sampleConsumer('jack', 'k'),
      { username: 'jack' },
      { id: 'jack/credentials/c', plugins: { 'no-such-auth': {} } },
    ],
    upstreams: {},
    pets: [],
  });

  expect(status).toBe(400);
  expect(body.error_msg).toBe('Configuration validation failed');
  expect(body.errors).toEqual([
    { resource_type: 'routes', resource_id: 'r1', index: 1, error: 'found duplicate id r1 in routes' },
    { resource_type: 'routes', resource_id: 'r2', index: 2, error: expect.stringContaining('"uri"') },
    { resource_type: 'routes', resource_id: '', index: 3, error: 'must be an object' },
    { resource_type: 'routes', error: 'routes_conf_version must be a number, got string' },
    { resource_type: 'services', resource_id: 's', index: 0, error: 'unknown plugin [no-such-plugin]' },
    { resource_type: 'consumers', resource_id: 'jack', index: 1, error: 'found duplicate username jack in consumers' },
    {
      resource_type: 'consumers',
      resource_id: 'jack/credentials/c',
      index: 2,
      error: 'invalid plugins configuration: unknown plugin [no-such-auth]',
    },
    { resource_type: 'upstreams', error: 'upstreams must be a list' },
    { resource_type: 'pets', error: 'Unsupported resource type: pets' },
  ]);
});

test('a refusal does not tell a secret back', async () => {
  const { body } = await check({
    consumers: [{ username: 'a b', plugins: { 'key-auth': { key: 'top-secret-key' } } }],
  });
  expect(body.errors).toHaveLength(1);
  expect(JSON.stringify(body)).not.toContain('top-secret-key');
});

test('what is right is accepted in both spellings, whatever it refers to, and nothing of it is stored', async () => {
  const config = {
    routes: [
      { uri: '/a', service_id: 'elsewhere' },
      { uri: '/b', service_id: 'elsewhere' },
    ],
    routes_conf_version: 3,
    consumers: [
      { username: 'jack' },
      { id: 'jack/credentials/c', plugins: { 'key-auth': { key: 'k' } }, modifiedIndex: 1 },
    ],
    plugin_metadata: [{ id: 'limit-count' }],
    secrets: [{ id: 'vault/1', uri: 'http://vault:8200', prefix: 'kv', token: 't' }],
    plugins: [{ name: 'key-auth' }],
  };

  expect(await check(config)).toMatchObject({ status: 200, body: {} });
  expect(await check('routes:\n  - uri: /a\n    service_id: elsewhere\n', yaml)).toMatchObject({
    status: 200,
    body: {},
  });
  expect((await plane.call('GET', '/apisix/admin/routes')).body.total).toBe(0);
});

test('without a key nothing is checked', async () => {
  const { status } = await check({}, { 'x-api-key': 'wrong' });
  expect(status).toBe(401);
});

/** Each level refers to the one before it twelve times. */
function manyAliases(): string {
  const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(12)}]`).join('\n');
  return `a0: &a0 [x]\n${levels}\n`;
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const put = (cache: object) =>
  plane.call('PUT', '/apisix/admin/routes/r', { ...sampleRoute('/r'), plugins: { 'proxy-cache': cache } });

test.each([
  [{ cache_zone: 'nowhere' }, 'cache_zone nowhere not found'],
  [{ cache_strategy: 'memory' }, 'invalid or empty cache_zone for cache_strategy: memory'],
])('a zone that the settings do not have, or of another kind, is refused: %j', async (cache, message) => {
  const refused = await put(cache);
  const told = `failed to check the configuration of plugin proxy-cache err: ${message}`;
  expect([refused.status, refused.body.error_msg]).toEqual([400, told]);
});

test('zones that the settings have, and those of a plugin that is switched off, are accepted', async () => {
  const accepted = [
    await put({}),
    await put({ cache_strategy: 'memory', cache_zone: 'memory_cache' }),
    await put({ cache_zone: 'nowhere', _meta: { disable: true } }),
  ];
  expect(accepted.map(({ status }) => status)).toEqual([201, 200, 200]);
});

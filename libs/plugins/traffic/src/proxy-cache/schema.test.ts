import { checkPluginConfig } from '@sluice/schema';
import { expect, test } from 'vitest';
import { proxyCacheSchema } from './schema.ts';

const hooks = {
  checkCacheZone: (zone: string, strategy: string) => (zone === strategy ? undefined : `cache_zone ${zone} not found`),
};

const check = (config: Record<string, unknown>) => checkPluginConfig(proxyCacheSchema, config, hooks);

test('a zone that the settings do not name is refused', () => {
  expect(check({ cache_zone: 'nowhere' })).toBe('cache_zone nowhere not found');
  expect(check({ cache_zone: 'memory', cache_strategy: 'memory' })).toBeUndefined();
});

test('the method is no part of a key, because methods are told apart anyway', () => {
  const message = 'cache_key variable $request_method unsupported';
  expect(check({ cache_key: ['$uri', '$request_method'] })).toBe(message);
});

test.each([
  [{ cache_method: 'GET' }, 'cache_method'],
  [{ cache_method: ['GET', 'PUT'] }, 'cache_method'],
  [{ cache_key: '$uri' }, 'cache_key'],
  [{ cache_key: ['$uri-', '-id'] }, 'cache_key'],
  [{ cache_bypass: '$arg_x' }, 'cache_bypass'],
  [{ no_cache: '$arg_x' }, 'no_cache'],
  [{ cache_http_status: [199] }, 'cache_http_status'],
  [{ cache_strategy: 'tape' }, 'cache_strategy'],
  [{ cache_ttl: 0 }, 'cache_ttl'],
])('a field that is not usable is named: %j', (config, field) => {
  expect(check({ cache_zone: 'disk', ...config })).toContain(`property "${field}" validation failed`);
});

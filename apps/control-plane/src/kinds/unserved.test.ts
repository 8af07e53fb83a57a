import { expect, test } from 'vitest';
import { findUnserved } from './unserved.ts';

test.each([
  ['route', { script: 'return {}' }, '/script'],
  ['route', { upstream: { scheme: 'grpc' } }, '/upstream/scheme'],
  ['service', { enable_websocket: true }, '/enable_websocket'],
  ['upstream', { checks: {} }, '/checks'],
  ['consumer', { group_id: 'a' }, '/group_id'],
  ['global_rule', { plugins: { a: {}, b: { _meta: { pre_function: 'x' } } } }, '/plugins/b/_meta/pre_function'],
] as const)('in a %s, %j is refused at %s', (kind, value, field) => {
  expect(findUnserved(kind, value)).toMatchObject({ field, message: expect.stringContaining('is not served: ') });
});

test.each([
  ['route', { enable_websocket: false, upstream: { type: 'roundrobin', scheme: 'http' } }],
  ['upstream', { scheme: 'http', tls: undefined }],
  ['route', { plugins: { a: { _meta: { priority: 1 } } } }],
] as const)('in a %s, %j is served', (kind, value) => {
  expect(findUnserved(kind, JSON.parse(JSON.stringify(value)))).toBeUndefined();
});

test('a reference to a secret kept elsewhere is refused wherever a plugin carries it, since nobody would resolve it', () => {
  const value = { username: 'jack', plugins: { 'key-auth': { key: '$secret://vault/1/jack/key' } } };

  expect(findUnserved('consumer', value)).toEqual({
    field: '/plugins/key-auth/key',
    message: 'property "plugins.key-auth.key" is not served: references to secrets kept elsewhere are not resolved',
  });
});

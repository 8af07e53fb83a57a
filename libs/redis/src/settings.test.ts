import { expect, test } from 'vitest';
import { redisSettings } from './policy-settings.ts';
import { addressText, parseRedisAddress } from './settings.ts';

test.each(['', 'a b', ':6379', 'host:', 'host:0', 'host:65536', 'host:port', '::1', '[::1', 'a:1:2'])(
  'the text %j is no address',
  (text) => {
    expect(parseRedisAddress(text)).toBeUndefined();
  },
);

test.each([
  ['redis', 'redis:6379'],
  ['10.0.0.1:7000', '10.0.0.1:7000'],
  ['[::1]:7000', '[::1]:7000'],
])('the address %j is %j', (text, written) => {
  const address = parseRedisAddress(text);
  expect(address && addressText(address)).toBe(written);
});

test('a node of a cluster that is no address is named', () => {
  expect(() => redisSettings('redis-cluster', { redis_cluster_nodes: ['a:1', 'nowhere:x'] })).toThrow(
    'redis_cluster_nodes: "nowhere:x" is not host:port',
  );
});

test('the fields of each policy say where Redis is and how it is reached', () => {
  expect(
    redisSettings('redis', { redis_host: 'h', redis_port: 1, redis_database: 2, redis_timeout: 3, redis_ssl: true }),
  ).toMatchObject({ mode: 'single', host: 'h', port: 1, database: 2, timeoutMs: 3, tls: { verifies: false } });
  expect(redisSettings('redis-cluster', { redis_cluster_nodes: ['h:1'], redis_cluster_ssl: false })).toMatchObject({
    mode: 'cluster',
    nodes: [{ host: 'h', port: 1 }],
    timeoutMs: 1000,
    tls: undefined,
  });
  const sentinels = [{ host: 's', port: 1 }];
  expect(
    redisSettings('redis-sentinel', { redis_sentinels: sentinels, redis_master_name: 'm', sentinel_password: 'p' }),
  ).toMatchObject({ mode: 'sentinel', sentinels, master: 'm', sentinelPassword: 'p', database: 0 });
});

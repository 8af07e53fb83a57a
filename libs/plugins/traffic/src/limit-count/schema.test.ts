import { check, checkPlugins } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { limitCountSchema } from './schema.ts';

const limits = { count: 2, time_window: 60 };
const rule = { count: 1, time_window: 1, key: '$remote_addr' };
const noneOf = 'value should match only one schema, but matches none';

/** What is wrong with a configuration, in the words that the Admin API answers. */
function problem(config: object): string | undefined {
  return checkPlugins({ 'limit-count': config }, () => limitCountSchema, 'config')?.message.replace(
    'failed to check the configuration of plugin limit-count err: ',
    '',
  );
}

const sentinels = { redis_master_name: 'm', redis_sentinels: [{ host: '127.0.0.1', port: 26_379 }] };

describe('a configuration is refused', () => {
  test.each([
    [{}, noneOf],
    [{ time_window: 60 }, noneOf],
    [{ count: 2 }, noneOf],
    [{ ...limits, count: 0 }, `property "count" validation failed: ${noneOf}`],
    [{ ...limits, count: -100 }, `property "count" validation failed: ${noneOf}`],
    [{ ...limits, count: 1.5 }, `property "count" validation failed: ${noneOf}`],
    [{ ...limits, time_window: 0 }, `property "time_window" validation failed: ${noneOf}`],
    [{ ...limits, rejected_code: 199 }, 'property "rejected_code" validation failed: expected 199 to be at least 200'],
    [{ ...limits, rejected_code: 600 }, 'property "rejected_code" validation failed: expected 600 to be at most 599'],
    [
      { ...limits, rejected_msg: true },
      'property "rejected_msg" validation failed: wrong type: expected string, got boolean',
    ],
    [
      { ...limits, rejected_msg: '' },
      'property "rejected_msg" validation failed: string too short, expected at least 1, got 0',
    ],
    [{ ...limits, key_type: 'ip' }, 'property "key_type" validation failed: matches none of the enum values'],
    [{ ...limits, window_type: 'leaky' }, 'property "window_type" validation failed: matches none of the enum values'],
    [{ ...limits, sync_interval: 0.05 }, 'sync_interval should not be smaller than 0.1'],
    [{ ...limits, sync_interval: 60 }, 'sync_interval should be smaller than time_window'],
    [{ ...limits, rules: [rule] }, 'count/time_window and rules cannot be specified at the same time'],
    [{ count: 1, rules: [rule] }, 'count/time_window and rules cannot be specified at the same time'],
    [{ time_window: 1, rules: [rule] }, 'count/time_window and rules cannot be specified at the same time'],
    [{ rules: [rule], group: 'a' }, 'group and rules cannot be specified at the same time'],
    [{ rules: [rule, { ...rule, count: 2 }] }, `duplicate key '$remote_addr' in rules`],
    [
      { rules: [{ ...rule, header_prefix: 'a b' }] },
      'property "rules" validation failed: failed to validate item 1: property "header_prefix" validation failed: ' +
        'failed to match pattern "^[!#$%&\'*+.^_`|~0-9A-Za-z-]*$" with "a b"',
    ],
  ])('%j', (config, message) => {
    expect(problem(config)).toBe(message);
  });

  test.each([
    ['redis', 'then clause did not match'],
    ['redis-cluster', 'else clause did not match'],
    ['redis-sentinel', 'else clause did not match'],
  ])('that counts by %s without saying where it is', (policy, message) => {
    expect(problem({ ...limits, policy })).toBe(message);
  });

  test.each([
    [
      { policy: 'redis-cluster', redis_cluster_name: 'c', redis_cluster_nodes: ['h:1', 'h:x'] },
      '"h:x" is not host:port',
    ],
    [{ policy: 'redis-sentinel', ...sentinels, redis_role: 'slave' }, 'redis_role "slave" cannot count: it only reads'],
  ])('that says where Redis is in a way that leads nowhere: %j', (where, message) => {
    expect(problem({ ...limits, ...where })).toContain(message);
  });
});

test.each([
  [limits],
  [{ count: '$http_x_quota', time_window: '${http_x_window ?? 60}' }],
  [{ ...limits, group: 'a', key_type: 'constant', key: 'all' }],
  [{ rules: [rule, { ...rule, key: '$http_x_user', header_prefix: 'User' }] }],
  [{ ...limits, policy: 'redis', redis_host: '$ENV://REDIS_HOST', sync_interval: 0.1 }],
  [
    {
      ...limits,
      policy: 'redis-cluster',
      redis_cluster_name: 'c',
      redis_cluster_nodes: ['$ENV://NODE', '[::1]:5000', 'host'],
    },
  ],
  [{ ...limits, policy: 'redis-sentinel', ...sentinels }],
])('a configuration is accepted: %j', (config) => {
  expect(problem(config)).toBeUndefined();
});

test('metadata names headers by what can be their name only', () => {
  expect(check(limitCountSchema.metadata, { limit_header: 1 })?.path).toBe('/limit_header');
  for (const name of ['', 'X Quota', 'X-Quota:'])
    expect(check(limitCountSchema.metadata, { reset_header: name })?.path).toBe('/reset_header');
  expect(check(limitCountSchema.metadata, { limit_header: 'X-Quota' })).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { KeyLayout } from './layout.ts';

const layout = new KeyLayout('/apisix');

describe('a resource stands where APISIX has it', () => {
  test.each([
    ['route', '1', '/apisix/routes/1'],
    ['service', 's1', '/apisix/services/s1'],
    ['upstream', 'u.1', '/apisix/upstreams/u.1'],
    ['consumer', 'jack', '/apisix/consumers/jack'],
    ['credential', 'jack/c1', '/apisix/consumers/jack/credentials/c1'],
    ['consumer_group', 'g', '/apisix/consumer_groups/g'],
    ['plugin_config', 'p', '/apisix/plugin_configs/p'],
    ['global_rule', '1', '/apisix/global_rules/1'],
    ['ssl', '1', '/apisix/ssls/1'],
    ['proto', '1', '/apisix/protos/1'],
    ['stream_route', '1', '/apisix/stream_routes/1'],
    ['secret', 'vault/1', '/apisix/secrets/vault/1'],
    ['plugin_metadata', 'http-logger', '/apisix/plugin_metadata/http-logger'],
    ['graphql_cost_decoration', 's1/d1', '/apisix/services/s1/graphql_cost_decorations/d1'],
  ])('%s %s', (kind, id, key) => {
    expect(layout.keyOf(kind, id)).toBe(key);
    expect(layout.resourceAt(key)).toEqual({ kind, id });
  });
});

test.each([
  '/apisix2/routes/1',
  '/apisixroutes/1',
  '/apisix',
  '/apisix/',
  '/apisix/routes',
  '/apisix/routes/',
  '/apisix/routes/1/2',
  '/apisix/plugins',
  '/apisix/sluice/head',
  '/apisix/sluice/staging',
  '/apisix/data_plane/server_info/x',
  '/apisix/secrets/vault',
  '/apisix/secrets/vault/',
  '/apisix/secrets/vault/1/2',
  '/apisix/consumers/jack/credentials',
  '/apisix/consumers/jack/credentials/',
  '/apisix/consumers/jack/credentials/c1/x',
  '/apisix/consumers//credentials/c1',
  '/apisix/routes/r/credentials/c1',
  '/apisix/services/s1/routes/1',
])('%s holds no resource', (key) => {
  expect(layout.resourceAt(key)).toBeUndefined();
});

test.each([
  ['route', 'a/b'],
  ['route', ''],
  ['credential', 'jack'],
  ['credential', 'jack/'],
  ['secret', 'vault/1/2'],
  ['toString', '1'],
])('there is no key for %s %s', (kind, id) => {
  expect(() => layout.keyOf(kind, id)).toThrow(expect.objectContaining({ code: 'ETCD_SETTINGS' }));
});

test.each(['', 'apisix', '/apisix/', '/'])('%j is no prefix', (prefix) => {
  expect(() => new KeyLayout(prefix)).toThrow(expect.objectContaining({ code: 'ETCD_SETTINGS' }));
});

test('the range of a prefix begins and ends with its slash', () => {
  const { key, range_end } = layout.range;

  const isInside = (text: string) =>
    Buffer.compare(Buffer.from(text), key) >= 0 && Buffer.compare(Buffer.from(text), range_end) < 0;
  expect(['/apisix/a', '/apisix/routes/\u{10FFFF}'].filter(isInside)).toHaveLength(2);
  expect(['/apisix', '/apisix2/routes/1', '/apisix0', '/apisix.x/1', '/b'].filter(isInside)).toEqual([]);
});

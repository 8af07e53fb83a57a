import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, kinds } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { convertKong, isKong } from './convert-kong.ts';
import { pathGroups, rewriteOf } from './kong-paths.ts';

const folder = join(import.meta.dirname, 'fixtures');
const cases = readdirSync(folder).filter((name) => name.endsWith('.in.json'));
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const service = (more: object) => ({ _format_version: '3.0', services: [{ name: 's', url: 'http://h:81', ...more }] });
const messages = (document: object, plugins: readonly string[] = []) =>
  convertKong(document as never, (name) => plugins.includes(name)).report.map(
    ({ path, message }) => `${path}: ${message}`,
  );

describe('nothing is lost without a word', () => {
  test.each([
    [{ _format_version: '3.0', novelties: [{ a: 1 }] }, '/novelties: novelties has no counterpart'],
    [{ _format_version: '3.0', vaults: [{}] }, '/vaults: vaults (1) have no counterpart'],
    [service({ brand_new: 1 }), '/services/0/brand_new: brand_new has no counterpart'],
    [
      service({ routes: [{ paths: ['/a'], snis: ['x'] }] }),
      '/services/0/routes/0/snis: snis: this value has no counterpart',
    ],
    [service({ protocol: 'tcp', url: null, host: 'h' }), '/services/0: services of protocol tcp have no counterpart'],
    [
      service({ plugins: [{ name: 'kafka-log', config: {} }] }),
      '/services/0/plugins/0: the plugin kafka-log has no counterpart',
    ],
    [
      service({ plugins: [{ name: 'cors', config: {} }] }),
      '/services/0/plugins/0: the plugin cors would become cors, which this version does not have',
    ],
    [
      { _format_version: '3.0', routes: [{ paths: ['/a'] }] },
      '/routes/0: the route has no service, so there is nowhere to send its requests',
    ],
    [
      { _format_version: '3.0', plugins: [{ name: 'cors', service: 'x' }] },
      '/plugins/0: it belongs to the service x, which is not there',
    ],
    [
      { _format_version: '3.0', consumers: [{ username: 'a', acls: [{ group: 'g' }] }] },
      '/consumers/0/acls: acls have no counterpart',
    ],
  ])('%j', (document, message) => {
    expect(messages(document)).toContain(message);
  });

  test('a field of a plugin that nobody knows is told of, too', () => {
    const document = service({ plugins: [{ name: 'cors', config: { origins: ['*'], novelty: true } }] });
    expect(messages(document, ['cors'])).toContain('/services/0/plugins/0/config/novelty: novelty has no counterpart');
  });
});

test.each([
  [{ plugins: [{ name: 'key-auth' }], routes: [{ paths: ['/a'] }] }],
  [{ routes: [{ paths: ['/a'], plugins: [{ name: 'acl', config: { allow: ['x'] } }] }] }],
])('a door that was shut stays shut: %j', (more) => {
  const { resources } = convertKong(service(more), () => false);
  expect(resources.find(({ kind }) => kind === 'route')?.value).toMatchObject({ status: 0 });
});

test('a protection that was switched off in Kong switches nothing off here', () => {
  const more = { plugins: [{ name: 'acl', enabled: false }], routes: [{ paths: ['/a'] }] };
  const { resources } = convertKong(service(more), () => false);
  expect(resources.find(({ kind }) => kind === 'route')?.value).not.toHaveProperty('status');
});

/** What Kong sends to a service, by its documentation of `strip_path`. */
test.each([
  [['/a'], '', true, '/a/b', '/b'],
  [['/a'], '', true, '/a', '/'],
  [['/a'], '/base', true, '/a/b', '/base/b'],
  [['/a'], '/base', false, '/a/b', '/base/a/b'],
  [['/a'], '', false, '/a/b', '/a/b'],
  [['/'], '', true, '/x', '/x'],
  [['/'], '/base', true, '/x', '/base/x'],
  [['/a', '/b'], '/base', true, '/b/c', '/base/c'],
  [['~/u/(\\d+)'], '/base', true, '/u/12/x', '/base/x'],
])('of paths %j at a service with path "%s" (strip_path %s) %s becomes %s', (paths, base, strips, from, to) => {
  const [group] = pathGroups(paths);
  const rewrite = group && (rewriteOf(group, base, strips) as { regex_uri: [string, string] } | undefined);
  expect(rewrite ? from.replace(new RegExp(rewrite.regex_uri[0]), rewrite.regex_uri[1]) : from).toBe(to);
});

test('a pattern is led to by the text in front of it', () => {
  expect(pathGroups(['~/users/\\d+$', '~/a/?b', '~(?i)/x'])).toMatchObject([
    { uris: ['/users/*'], pattern: '^/users/\\d+$' },
    { uris: ['/a*'] },
    { uris: ['/*'] },
  ]);
});

test.each(cases)('%s becomes what stands beside it', (name) => {
  const { document, plugins = null } = read(name);
  expect(isKong(document)).toBe(true);
  const converted = convertKong(document, (plugin) => plugins === null || plugins.includes(plugin));
  expect(converted).toEqual(read(name.replace('.in.', '.out.')));
  for (const { kind, id, value } of converted.resources) {
    const whole = kind === 'consumer' || kind === 'credential' ? value : { ...value, id };
    expect(check(kinds.get(kind)?.schema ?? {}, whole), `${kind} ${id}`).toBeUndefined();
  }
});

describe('a limit', () => {
  const converted = (config: object) =>
    convertKong(
      service({ plugins: [{ name: 'rate-limiting', config: { minute: 5, ...config } }] }) as never,
      () => true,
    );
  const limitOf = (config: object) => {
    const found = converted(config).resources.find(({ kind }) => kind === 'service');
    return (found?.value['plugins'] as Record<string, object> | undefined)?.['limit-count'];
  };

  test.each([
    [
      'nested',
      { redis: { host: 'r', port: 1, username: 'u', password: 'p', database: 2, ssl: true, ssl_verify: true } },
    ],
    [
      'flat, as older versions write it',
      {
        redis_host: 'r',
        redis_port: 1,
        redis_username: 'u',
        redis_password: 'p',
        redis_database: 2,
        redis_ssl: true,
        redis_ssl_verify: true,
      },
    ],
  ])('is counted in the same Redis: %s', (_how, fields) => {
    expect(limitOf({ policy: 'redis', sync_rate: 2, hide_client_headers: true, ...fields })).toMatchObject({
      policy: 'redis',
      redis_host: 'r',
      redis_port: 1,
      redis_username: 'u',
      redis_password: 'p',
      redis_database: 2,
      redis_ssl: true,
      redis_ssl_verify: true,
      sync_interval: 2,
      show_limit_quota_header: false,
    });
  });

  test('in a database becomes one of each data plane, and the report says so', () => {
    expect(limitOf({ policy: 'cluster' })).toMatchObject({ policy: 'local' });
    expect(converted({ policy: 'cluster' }).report).toContainEqual(
      expect.objectContaining({ message: 'policy cluster: each data plane counts for itself' }),
    );
  });
});

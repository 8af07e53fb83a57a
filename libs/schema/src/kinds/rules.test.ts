import { describe, expect, test } from 'vitest';
import { check } from '../validate/check.ts';
import { kindByPlural, kinds } from './registry.ts';
import { routeKind } from './route.ts';
import { serviceKind } from './service.ts';
import { upstreamKind } from './upstream.ts';

const nodes = { '127.0.0.1:8080': 1 };

describe('an upstream is refused', () => {
  test.each([
    [
      { nodes: [{ host: '::1', port: 80, weight: 1 }] },
      "invalid configuration: IPv6 address must be enclosed with '[' and ']'",
    ],
    [{ nodes: { '2001:db8::1:80': 1 } }, "invalid configuration: IPv6 address must be enclosed with '[' and ']'"],
    [{ nodes: { '127.0.0.1:65536': 1 } }, 'invalid port 65536'],
    [{ nodes: { '127.0.0.1:0': 1 } }, 'invalid port 0'],
    [{ nodes, pass_host: 'rewrite' }, "`upstream_host` can't be empty when `pass_host` is `rewrite`"],
    [{ nodes, type: 'chash' }, 'missing key'],
    [{ nodes, type: 'chash', hash_on: 'header' }, 'missing key'],
    [
      { nodes, type: 'chash', hash_on: 'header', key: '$#^@' },
      'invalid configuration: failed to match pattern "^[a-zA-Z0-9-_]+$" with "$#^@"',
    ],
    [
      { nodes, type: 'chash', key: 'not_support' },
      'invalid configuration: failed to match pattern "^((uri|server_name|server_addr|request_uri|remote_port|remote_addr|query_string|host|hostname|mqtt_client_id)|arg_[0-9a-zA-z_-]+)$" with "not_support"',
    ],
  ])('%j: %s', (upstream, message) => {
    expect(upstreamKind.extraChecks?.(upstream)).toBe(message);
    expect(routeKind.extraChecks?.({ uri: '/', upstream })).toBe(message);
    expect(serviceKind.extraChecks?.({ upstream })).toBe(message);
  });
});

test.each([
  { nodes: { '[::1]:80': 1, '[::1]': 1, 'example.com': 1 } },
  { nodes: [{ host: '[2001:db8::1]', port: 80, weight: 0 }] },
  { nodes, pass_host: 'rewrite', upstream_host: 'a.com' },
  { nodes, type: 'chash', hash_on: 'consumer' },
  { nodes, type: 'chash', hash_on: 'vars_combinations', key: '$host$uri' },
  { nodes, key: 'not checked unless hashed' },
])('an upstream such as %j is accepted', (upstream) => {
  expect(upstreamKind.extraChecks?.(upstream)).toBeUndefined();
});

test('a field and its plural exclude each other before the schema has a say', () => {
  expect(routeKind.preChecks?.({ host: 'a', hosts: ['b'] })).toBe('only one of host or hosts is allowed');
  expect(routeKind.preChecks?.({ remote_addr: 1, remote_addrs: 2 })).toBe(
    'only one of remote_addr or remote_addrs is allowed',
  );
  expect(routeKind.preChecks?.({ host: 'a', remote_addrs: ['::1'] })).toBeUndefined();
});

test('the condition of a route is compiled by the caller, where there is one', () => {
  const route = { uri: '/', vars: ['x'] };
  expect(routeKind.extraChecks?.(route, { checkVars: () => 'rule too short' })).toBe(
    "failed to validate the 'vars' expression: rule too short",
  );
  expect(routeKind.extraChecks?.(route)).toBeUndefined();
});

test('the function of a route is checked by whoever can read it', () => {
  const route = { uri: '/a', filter_func: 'function () {}', upstream: { nodes: { 'a:1': 1 } } };
  expect(routeKind.extraChecks?.(route, { checkFunction: () => 'is Lua' })).toBe(
    "failed to validate the 'filter_func' function: is Lua",
  );
  expect(routeKind.extraChecks?.(route, { checkFunction: () => undefined })).toBeUndefined();
});

describe('schemas answer in the words that clients know', () => {
  const upstream = { nodes, type: 'roundrobin' };
  test.each([
    [
      'route',
      { uri: '/', upstream, methods: ['TEST'] },
      'property "methods" validation failed: failed to validate item 1: matches none of the enum values',
    ],
    [
      'route',
      { uri: '/', service_id: '' },
      'property "service_id" validation failed: object matches none of the required',
    ],
    [
      'route',
      { uri: '/', upstream, status: 2 },
      'property "status" validation failed: matches none of the enum values',
    ],
    [
      'route',
      { uri: '/' },
      'object matches none of the required: ["plugins","uri"] or ["upstream","uri"] or ["upstream_id","uri"] or ["service_id","uri"] or ["plugins","uris"] or ["upstream","uris"] or ["upstream_id","uris"] or ["service_id","uris"] or ["script","uri"] or ["script","uris"]',
    ],
    ['route', { upstream }, 'allOf 1 failed: value should match only one schema, but matches none'],
    ['route', { uri: '/', plugins: {}, script: 'x'.repeat(10) }, "value wasn't supposed to match schema"],
    [
      'upstream',
      { nodes, checks: {} },
      'property "checks" validation failed: object matches none of the required: ["active"] or ["active","passive"]',
    ],
    [
      'upstream',
      { nodes, labels: { env: ['a'] } },
      'property "labels" validation failed: failed to validate env (matching ".*"): wrong type: expected string, got table',
    ],
    [
      'upstream',
      { nodes, keepalive_pool: { size: 0 } },
      'property "keepalive_pool" validation failed: property "size" validation failed: expected 0 to be at least 1',
    ],
    [
      'upstream',
      { nodes, tls: { client_cert: 'x'.repeat(128) } },
      'property "tls" validation failed: failed to validate dependent schema for "client_cert": property "client_key" is required',
    ],
    [
      'upstream',
      { nodes, service_name: 'a', discovery_type: 'dns' },
      'value should match only one schema, but matches both schemas 1 and 2',
    ],
    ['consumer', { plugins: {} }, 'property "username" is required'],
    ['global_rule', { id: '1', plugins: {}, name: 'a' }, 'additional properties forbidden, found name'],
    ['plugin_config', { id: '1' }, 'property "plugins" is required'],
  ] as const)('%s %j: %s', (name, value, message) => {
    const kind = kinds.get(name);
    expect(kind && check(kind.schema, value)?.message).toBe(message);
  });
});

test('a kind is found by its path segment, an unknown segment finds nothing', () => {
  expect(kindByPlural('global_rules')?.name).toBe('global_rule');
  expect(kindByPlural('rules')).toBeUndefined();
});

test.each([
  ['upstream', (upstream: object) => upstream],
  ['route', (upstream: object) => ({ uri: '/', upstream })],
  ['service', (upstream: object) => ({ upstream })],
] as const)('the certificate that the upstream of a %s shows is checked together with its key', (name, wrap) => {
  const key = '-----BEGIN K';
  const value = wrap({ nodes: { 'a:1': 1 }, tls: { client_cert: 'C', client_key: key } });
  const checkKeyPair = (cert: string, other: string) => `${cert} and ${other} are strangers`;

  expect(kinds.get(name)?.extraChecks?.(value, { checkKeyPair })).toBe(`C and ${key} are strangers`);
});

test('a client key that is no PEM is refused by the words of the compatible API, and one that is kept elsewhere is not', () => {
  const { extraChecks } = kinds.get('upstream') ?? {};
  const withKey = (key: string) => ({ nodes: { 'a:1': 1 }, tls: { client_cert: 'C', client_key: key } });
  const checkKeyPair = () => 'never asked';
  expect(extraChecks?.(withKey('AAAA'), { checkKeyPair })).toBe('failed to decrypt previous encrypted key');
  expect(extraChecks?.(withKey('$env://KEY'), { checkKeyPair, checkCertificates: () => undefined })).toBeUndefined();
});

test('a key of a certificate that is no PEM comes after the certificate, and further ones are told by their place', () => {
  const { extraChecks } = kinds.get('ssl') ?? {};
  const encrypted = 'failed to decrypt previous encrypted key';
  const checkCertificates = (pem: string) => (pem === 'BAD' ? 'bad certificate' : undefined);
  const hooks = { checkCertificates, checkKeyPair: () => undefined };
  const key = '-----BEGIN K';
  expect(extraChecks?.({ sni: 'a', cert: 'BAD', key: 'AAAA' }, hooks)).toBe('bad certificate');
  expect(extraChecks?.({ sni: 'a', cert: 'C', key: 'AAAA' }, hooks)).toBe(encrypted);
  expect(extraChecks?.({ sni: 'a', cert: 'C', key, certs: ['C'], keys: ['AAAA'] }, hooks)).toBe(
    `failed to handle cert-key pair[1]: ${encrypted}`,
  );
  expect(extraChecks?.({ sni: 'a', cert: '$env://C', key: '$env://K' }, hooks)).toBeUndefined();
});

test.each(['remote_addr', 'server_addr'])(
  'a %s of a stream that only looks like a block of addresses is refused',
  (field) => {
    const { extraChecks } = kinds.get('stream_route') ?? {};
    expect(extraChecks?.({ [field]: ':/8' })).toBe(`invalid ${field}: :/8`);
    for (const address of ['::/8', '10.0.0.0/8', '10.0.0.1', '::1'])
      expect(extraChecks?.({ [field]: address })).toBeUndefined();
  },
);

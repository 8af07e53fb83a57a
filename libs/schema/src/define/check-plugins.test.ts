import Type from 'typebox';
import { expect, test } from 'vitest';
import { checkPlugins } from './check-plugins.ts';
import { definePluginSchema, type PluginConfigOf, type PluginConsumerOf, type PluginSchema } from './plugin-schema.ts';

const keyAuth = definePluginSchema({
  name: 'key-auth',
  category: 'authentication',
  title: 'Key',
  description: 'Knows consumers by a key.',
  priority: 2500,
  type: 'auth',
  config: Type.Object({ header: Type.String({ default: 'apikey' }) }, { additionalProperties: false }),
  consumer: Type.Object({ key: Type.String() }),
  secrets: { consumer: ['key'] },
  lookupKey: 'key',
});
const redirect = definePluginSchema({
  name: 'redirect',
  category: 'traffic',
  title: 'Redirect',
  description: 'Sends clients elsewhere.',
  priority: 900,
  config: Type.Object({ code: Type.Integer({ default: 302 }), uri: Type.Optional(Type.String()) }),
  preChecks: (config) => ('code' in config && 'status' in config ? 'code and status are the same' : undefined),
  extraChecks: (config) => (config.code === 302 && config.uri === 'nowhere' ? 'only with another code' : undefined),
});
const lookup = (name: string): PluginSchema | undefined => [keyAuth, redirect].find((plugin) => plugin.name === name);

test.each([
  [{ 'no-such': {} }, 'unknown plugin [no-such]', '/plugins/no-such'],
  [{ redirect: 'blah' }, 'invalid plugin conf "blah" for plugin [redirect]', '/plugins/redirect'],
  [
    { redirect: { code: 'x' } },
    'failed to check the configuration of plugin redirect err: property "code" validation failed: wrong type: expected integer, got string',
    '/plugins/redirect/code',
  ],
  [
    { redirect: { code: 'x', status: 301 } },
    'failed to check the configuration of plugin redirect err: code and status are the same',
    '/plugins/redirect',
  ],
  [
    { redirect: { uri: 'nowhere' } },
    'failed to check the configuration of plugin redirect err: only with another code',
    '/plugins/redirect',
  ],
  [
    { redirect: { _meta: { filter: 'x' } } },
    'failed to check the configuration of plugin redirect err: property "_meta" validation failed: property "filter" validation failed: wrong type: expected array, got string',
    '/plugins/redirect/_meta/filter',
  ],
  [
    { 'key-auth': { _meta: { prefunction: 'x' } } },
    'failed to check the configuration of plugin key-auth err: property "_meta" validation failed: additional properties forbidden, found prefunction',
    '/plugins/key-auth/_meta/prefunction',
  ],
])('%j is refused', (plugins, message, path) => {
  expect(checkPlugins(plugins, lookup, 'config')).toEqual({ message, path });
});

test('a consumer is checked by the consumer schema, and by the configuration schema of plugins that have none', () => {
  expect(checkPlugins({ 'key-auth': {} }, lookup, 'consumer')?.message).toBe(
    'invalid plugins configuration: failed to check the configuration of plugin key-auth err: property "key" is required',
  );
  expect(checkPlugins({ redirect: { code: 'x' } }, lookup, 'consumer')?.path).toBe('/plugins/redirect/code');
  expect(checkPlugins({ 'key-auth': { key: 'a' }, redirect: {} }, lookup, 'consumer')).toBeUndefined();
});

test('a plugin that is switched off may be configured in any way, but must exist', () => {
  const _meta = { disable: true };
  expect(checkPlugins({ redirect: { code: 'x', _meta } }, lookup, 'config')).toBeUndefined();
  expect(checkPlugins({ 'no-such': { _meta } }, lookup, 'config')?.message).toBe('unknown plugin [no-such]');
});

test('the filter of a plugin is compiled by the caller, where there is one', () => {
  const plugins = { redirect: { _meta: { filter: [1] } } };
  expect(checkPlugins(plugins, lookup, 'config')).toBeUndefined();
  expect(checkPlugins(plugins, lookup, 'config', { checkVars: () => 'rule too short' })?.message).toBe(
    "failed to check the configuration of plugin redirect err: failed to validate the 'vars' expression: rule too short",
  );
});

test('common settings are accepted also where a plugin allows no other fields', () => {
  const plugins = { 'key-auth': { header: 'x', _meta: { priority: 1, error_response: { message: 'no' } } } };
  expect(checkPlugins(plugins, lookup, 'config')).toBeUndefined();
});

test('a plugin schema says the types of its configuration, and completes what was left out', () => {
  const config: PluginConfigOf<typeof keyAuth> = { header: 'x' };
  const consumer: PluginConsumerOf<typeof keyAuth> = { key: 'x' };
  expect([config.header, consumer.key]).toEqual(['x', 'x']);
  expect(keyAuth.secrets).toEqual({ config: [], consumer: ['key'], metadata: [] });
  expect([redirect.version, redirect.consumer]).toEqual(['0.1', undefined]);
});

test('what a consumer says is checked by a rule after the schema, with defaults, and nothing else is', () => {
  const strict = definePluginSchema({
    ...keyAuth,
    secrets: {},
    consumer: Type.Object({ key: Type.String(), length: Type.Integer({ default: 3 }) }),
    consumerChecks: ({ key, length }) => (key.length < length ? `a key has ${length} characters` : undefined),
  });
  const problemOf = (conf: object, door: 'config' | 'consumer') =>
    checkPlugins({ 'key-auth': conf }, () => strict, door)?.message;

  expect(problemOf({ key: 'ab' }, 'consumer')).toMatch(/err: a key has 3 characters$/);
  expect(problemOf({ key: 1 }, 'consumer')).toMatch(/property "key" validation failed/);
  expect(problemOf({ key: 'ab', length: 2 }, 'consumer')).toBeUndefined();
  expect(problemOf({}, 'config')).toBeUndefined();
});

import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { checkPluginsOf } from '../define/check-plugins.ts';
import { definePluginSchema, type PluginSchema } from '../define/plugin-schema.ts';
import { check } from '../validate/check.ts';
import { credentialKind } from './credential.ts';
import { protoKind } from './proto.ts';
import { streamRouteKind } from './stream-route.ts';

describe('stream routes', () => {
  test.each([
    [{ protocol: { name: 'redis' } }, 'unknown protocol [redis]'],
    [{ upstream: { nodes: [{ host: '::1', port: 1, weight: 1 }] } }, /must be enclosed with/],
    [{ upstream: { type: 'chash', nodes: {} } }, 'missing key'],
  ])('%j is refused', (value, message) => {
    expect(streamRouteKind.extraChecks?.(value)).toMatch(message);
  });

  test('ports, addresses and names are enough', () => {
    expect(
      check(streamRouteKind.schema, { server_port: 9100, remote_addr: '10.0.0.0/8', sni: '*.a.com' }),
    ).toBeUndefined();
    expect(streamRouteKind.extraChecks?.({ server_port: 9100 })).toBeUndefined();
  });

  test.each([{ server_port: 0 }, { remote_addr: 'somewhere' }, { server_addr: '10.0.0.0/99' }, { port: 1 }])(
    '%j is refused by the schema',
    (value) => {
      expect(check(streamRouteKind.schema, value)).toBeDefined();
    },
  );
});

test('the content of a proto is what the caller can compile', () => {
  const checkProto = (content: string) => (content === 'good' ? undefined : 'no proto');

  expect(protoKind.extraChecks?.({ content: 'good' }, { checkProto })).toBeUndefined();
  expect(protoKind.extraChecks?.({ content: 'bad' }, { checkProto })).toBe('invalid content: no proto');
});

describe('credentials', () => {
  const auth = definePluginSchema({
    name: 'some-auth',
    category: 'auth',
    priority: 1,
    type: 'auth',
    title: 'Some',
    description: 'For this test.',
    config: Type.Object({}),
    consumer: Type.Object({ key: Type.String() }),
  });
  const other = { ...auth, name: 'other', type: undefined };
  const lookup = (name: string) => ({ 'some-auth': auth, other })[name] as PluginSchema | undefined;
  const problemOf = (plugins: object) => checkPluginsOf(credentialKind, { plugins }, lookup);

  test('take plugins that authenticate, by what a consumer says to them', () => {
    expect(problemOf({ 'some-auth': { key: 'k' } })).toBeUndefined();
    expect(problemOf({ 'some-auth': {} })?.message).toContain('invalid plugins configuration: ');
  });

  test('take no other plugin, named where it stands', () => {
    expect(problemOf({ other: {} })).toEqual({
      message: 'only supports auth type plugins in consumer credential',
      path: '/plugins/other',
    });
  });

  test('take one plugin at most, and both spellings of their id', () => {
    const schema = credentialKind.schema;
    expect(check(schema, { plugins: { a: {}, b: {} } })).toBeDefined();
    expect(check(schema, { id: 'c1' })).toBeUndefined();
    expect(check(schema, { id: 'jack/credentials/c1' })).toBeUndefined();
    expect(check(schema, { id: 'jack/c1' })).toBeDefined();
  });
});

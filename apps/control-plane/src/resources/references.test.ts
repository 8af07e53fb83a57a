import { credentialKind, definePluginSchema, routeKind, upstreamKind, Type } from '@sluice/schema';
import { expect, test } from 'vitest';
import { referencesOf, storedReferences } from './references.ts';

const splitting = definePluginSchema({
  name: 'splitting',
  category: 'traffic',
  priority: 1,
  title: 'Splitting',
  description: 'For this test.',
  config: Type.Object({}),
  references: { 'rules.targets.upstream_id': 'upstream', proto_id: 'proto' },
});
const lookup = (name: string) => (name === splitting.name ? splitting : undefined);
const context = { parentId: undefined, lookup };

test('fields that the kind declares are references, numbers as texts', () => {
  const value = { upstream_id: 7, service_id: 's', upstream: { tls: { client_cert_id: 'c' } }, plugins: {} };

  expect(storedReferences(referencesOf(routeKind, value, context))).toEqual(['service/s', 'ssl/c', 'upstream/7']);
});

test('what plugins name is told apart from what must exist', () => {
  const rules = [{ targets: [{ upstream_id: 'a', weight: 1 }, { weight: 2 }] }, { targets: [{ upstream_id: 3 }] }];
  const value = { upstream_id: 'a', plugins: { splitting: { rules, proto_id: 'p' }, other: { proto_id: 'x' } } };
  const references = referencesOf(routeKind, value, context);

  expect(storedReferences(references)).toEqual([
    'plugin:proto/p',
    'plugin:upstream/3',
    'plugin:upstream/a',
    'upstream/a',
  ]);
  expect(references.find(({ id }) => id === '3')?.field).toBe('/plugins/splitting/rules/1/targets/0/upstream_id');
});

test('what lives in another resource refers to it', () => {
  const value = { plugins: { 'key-auth': { key: 'k' } } };
  expect(storedReferences(referencesOf(credentialKind, value, { ...context, parentId: 'jack' }))).toEqual([
    'consumer/jack',
  ]);
});

test('a kind without plugins has no references of plugins, whatever it says', () => {
  expect(referencesOf(upstreamKind, { plugins: { splitting: { proto_id: 'p' } } }, context)).toEqual([]);
});

import Type from 'typebox';
import { expect, test } from 'vitest';
import { consumerKind } from '../kinds/consumer.ts';
import { routeKind } from '../kinds/route.ts';
import { definePluginSchema } from './plugin-schema.ts';
import { resourceSecrets } from './resource-secrets.ts';

const plugin = definePluginSchema({
  name: 'some-auth',
  category: 'auth',
  priority: 1,
  title: 'Some authentication',
  description: 'For this test.',
  config: Type.Object({ client_secret: Type.Optional(Type.String()) }),
  consumer: Type.Object({ key: Type.String() }),
  secrets: { config: ['client_secret'], consumer: ['key'] },
});
const lookup = (name: string) => (name === plugin.name ? plugin : undefined);

test('on a consumer the secrets of the consumer schema count, elsewhere those of the configuration', () => {
  const value = { plugins: { 'some-auth': { key: 'k', client_secret: 's' } } };

  expect(resourceSecrets(consumerKind, value, lookup)).toEqual(['/plugins/some-auth/key']);
  expect(resourceSecrets(routeKind, value, lookup)).toEqual(['/plugins/some-auth/client_secret']);
});

test('what the kind itself declares is secret beside what plugins declare', () => {
  const value = { upstream: { tls: { client_key: 'pem' } }, plugins: { unknown: { key: 'k' } } };

  expect(resourceSecrets(routeKind, value, lookup)).toEqual(['/upstream/tls/client_key']);
});

import {
  definePluginSchema,
  type JsonObject,
  type KindName,
  kinds,
  type PluginSchema,
  type ResourceKind,
  Type,
} from '@sluice/schema';
import { expect, test } from 'vitest';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Settings } from '../config/settings.ts';
import { EchoedValues } from './echoed-values.ts';

const plugin = definePluginSchema({
  name: 'holder',
  category: 'security',
  priority: 1,
  title: 'Holder',
  description: 'Holds a secret.',
  config: Type.Object({ key: Type.String() }),
  secrets: { config: ['key'] },
}) as PluginSchema;
const catalogue = { lookup: (name: string) => (name === plugin.name ? plugin : undefined) } as unknown as Catalogue;

const echoed = (ring: readonly string[], name: KindName, value: JsonObject) =>
  new EchoedValues({ etcd_keyring: ring } as unknown as Settings, catalogue).of(kinds.get(name) as ResourceKind, value);

test('the first key of a ring for etcd takes the place of the one that APISIX comes with', () => {
  const route = { plugins: { holder: { key: 'auth-one' } } };
  const keyOf = (ring: readonly string[]) => echoed(ring, 'route', route)['plugins'];
  expect(keyOf([])).toEqual({ holder: { key: '4y+JvURBE6ZwRbbgaryrhg==' } });
  expect(keyOf(['edd1c9f0985e76a2', 'qeddd145sfvddff3'])).toEqual({ holder: { key: 'RjeV6km+KxQJN2rfu8Y7aA==' } });
});

test('a private key of a certificate is not echoed in any form', () => {
  expect(echoed([], 'ssl', { sni: 'a', cert: 'C', key: 'K', keys: ['K'] })).toEqual({ sni: 'a', cert: 'C' });
});

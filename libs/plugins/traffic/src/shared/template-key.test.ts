import { startGateway, startUpstream } from '@sluice/testing';
import { definePlugin } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { expect, test } from 'vitest';
import { templateKey } from './template-key.ts';

const keyTeller = definePlugin(
  definePluginSchema({
    name: 'key-teller',
    category: 'test',
    priority: 1,
    title: 'Key teller',
    description: 'Answers with the key of the request.',
    config: Type.Object({ key: Type.String() }),
  }),
  ({ key }, { template }) => {
    const keyOf = templateKey(key, template);
    return { access: (ctx) => ({ status: 200, headers: {}, body: keyOf(ctx) ?? 'no key' }) };
  },
);

test.each([
  ['$http_x_none', 'no key'],
  ['$http_x_none $arg_none', 'no key'],
  ['a constant', 'no key'],
  ['\\$http_x_user', 'no key'],
  ['$http_x_none $http_x_user', ' ann'],
  ['${http_x_user}_2s', 'ann_2s'],
  ['${http_x_none ?? all}', 'all'],
  ['$arg_empty', ''],
])('a request’s key by "%s" is "%s"', async (key, expected) => {
  await using upstream = await startUpstream();
  await using gateway = await startGateway([keyTeller], {
    uri: '/*',
    upstream: upstream.url,
    plugins: { 'key-teller': { key } },
  });
  expect((await gateway.get('/?empty=', { 'x-user': 'ann' })).body).toBe(expected);
});

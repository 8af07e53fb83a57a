import { definePluginSchema, Type } from '@sluice/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Catalogue } from '../src/catalogue/catalogue.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
const upstream = { type: 'roundrobin', nodes: { '127.0.0.1:1980': 1 } };
let plane: TestControlPlane;

/** A plugin that names other resources, as no plugin of every build does. */
const naming = definePluginSchema({
  name: 'naming',
  category: 'traffic',
  priority: 1,
  title: 'Naming',
  description: 'Sends some requests elsewhere.',
  config: Type.Object({}),
  references: { 'rules.targets.upstream_id': 'upstream', proto_id: 'proto' },
});

beforeAll(async () => {
  plane = await startControlPlane();
  const catalogue = plane.app.get(Catalogue);
  const { lookup } = catalogue;
  Object.assign(catalogue, { lookup: (name: string) => (name === naming.name ? naming : lookup(name)) });
});
afterAll(() => plane[Symbol.asyncDispose]());

const put = (path: string, body: unknown) => plane.call('PUT', `${admin}/${path}`, body);
const remove = (path: string) => plane.call('DELETE', `${admin}/${path}`);
const plugins = { naming: { rules: [{ targets: [{ upstream_id: 'u' }, { weight: 1 }] }], proto_id: 7 } };

test.each([
  ['routes/1', { ...sampleRoute('/a'), plugins }, 'route'],
  ['services/1', { plugins }, 'service'],
  ['plugin_configs/1', { plugins }, 'plugin_config'],
  ['consumers/1', { username: '1', plugins }, 'consumer'],
  ['consumer_groups/1', { plugins }, 'consumer_group'],
  ['global_rules/1', { plugins }, 'global_rules'],
])('what a plugin of %s names cannot be deleted, unless it is meant', async (path, value, user) => {
  await put('upstreams/u', upstream);
  await put('protos/7', { content: 'syntax = "proto3"; message A {}' });
  expect((await put(path, value)).status).toBeLessThan(300);

  const used = `can not delete this upstream, plugin in ${user} [1] is still using it now`;
  expect(await remove('upstreams/u')).toMatchObject({ status: 400, body: { error_msg: used } });
  expect((await remove('upstreams/u?force=anything')).status).toBe(400);
  expect((await remove('protos/7')).body.error_msg).toMatch(
    /^can not delete this proto, \w+ \[1\] is still using it now$/,
  );
  expect((await remove('upstreams/u?force=true')).status).toBe(200);

  expect((await remove(path)).status).toBe(200);
  expect((await remove('protos/7')).status).toBe(200);
});

test('what a plugin names may come later', async () => {
  expect((await put('routes/1', { ...sampleRoute('/a'), plugins })).status).toBe(201);
});

test('a field that names it as well is told first', async () => {
  await put('upstreams/u', upstream);
  await put('routes/1', { uri: '/a', upstream_id: 'u', plugins });
  expect((await remove('upstreams/u')).body.error_msg).toBe(
    'can not delete this upstream, route [1] is still using it now',
  );
});

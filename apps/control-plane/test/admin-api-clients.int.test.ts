import { testAuthority } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deepEqual, Declared, type Declaration } from './declarative-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
const upstream = { type: 'roundrobin', nodes: { '127.0.0.1:1980': 1 } };
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const put = (path: string, body: unknown) => plane.call('PUT', admin + path, body);
const get = (path: string) => plane.call('GET', admin + path);
const patch = (path: string, body: unknown) => plane.call('PATCH', admin + path, body);
const remove = (path: string) => plane.call('DELETE', admin + path);

/** What clients of this API do by hand: one test per chapter of what people write about it. */
describe('by hand', () => {
  beforeEach(() => new Declared(plane.url, plane.adminKey).sync({}));

  test('a route with its own upstream is made, read, and gone', async () => {
    const made = await put('/routes/1', { uri: '/index.html', hosts: ['foo.com'], upstream, desc: 'first' });
    expect(made).toMatchObject({
      status: 201,
      body: { key: '/apisix/routes/1', value: { id: '1', uri: '/index.html' } },
    });
    expect(made.body).not.toHaveProperty('createdIndex');
    const { value, createdIndex, modifiedIndex } = (await get('/routes/1')).body;
    expect(value.create_time).toBe(value.update_time);
    expect(Math.abs(value.create_time - Date.now() / 1000)).toBeLessThan(60);
    expect(modifiedIndex).toBe(createdIndex);
    expect((await put('/routes/1', { uri: '/b', upstream })).status).toBe(200);
    expect((await get('/routes/1')).body.modifiedIndex).toBeGreaterThan(createdIndex);
    expect((await remove('/routes/1')).body).toEqual({ deleted: '1', key: '/apisix/routes/1' });
    expect((await get('/routes/1')).status).toBe(404);
  });

  test('a patch adds, replaces and deletes, of the whole and below', async () => {
    await put('/routes/1', { uri: '/a', methods: ['GET', 'POST'], upstream });
    await patch('/routes/1', { upstream: { nodes: { '127.0.0.1:1981': 1 } } });
    expect((await get('/routes/1')).body.value.upstream.nodes).toEqual({ '127.0.0.1:1980': 1, '127.0.0.1:1981': 1 });
    await patch('/routes/1', { upstream: { nodes: { '127.0.0.1:1980': null } } });
    await patch('/routes/1', { methods: ['GET'] });
    await patch('/routes/1/upstream/nodes', { '127.0.0.1:1982': 5 });
    const { value } = (await patch('/routes/1/methods', ['PUT', 'PATCH'])).body;
    expect(value).toMatchObject({ methods: ['PUT', 'PATCH'], upstream: { nodes: { '127.0.0.1:1982': 5 } } });
    expect(value.upstream.nodes).not.toHaveProperty('127.0.0.1:1981');
    expect((await patch('/routes/1', { methods: null })).body.value).not.toHaveProperty('methods');
    expect((await patch('/routes/1/uri/x', '1')).body).toEqual({ error_msg: 'invalid sub-path: /uri/x' });
  });

  test('ids come by POST, resources refer to each other, and what is used stays', async () => {
    const { value: pool } = (await plane.call('POST', `${admin}/upstreams`, upstream)).body;
    await put('/services/web', { upstream_id: pool.id, plugins: { 'limit-count': { count: 2, time_window: 60 } } });
    await put('/routes/1', { uri: '/a', service_id: 'web' });

    expect((await put('/routes/2', { uri: '/a', service_id: 'none' })).body.error_msg).toContain('service id [none]');
    expect((await remove('/services/web')).body.error_msg).toBe(
      'can not delete this service directly, route [1] is still using it now',
    );
    expect((await remove(`/upstreams/${pool.id}`)).status).toBe(400);
    expect((await remove(`/upstreams/${pool.id}?force=true`)).status).toBe(200);
  });

  test('a consumer has a key, a group and credentials; a route asks for one', async () => {
    await put('/consumer_groups/gold', { plugins: { 'limit-count': { count: 200, time_window: 60 } } });
    const jack = { username: 'jack', group_id: 'gold', plugins: { 'key-auth': { key: 'auth-one' } } };
    await put('/consumers', jack);
    await put('/consumers/jack/credentials/phone', { plugins: { 'key-auth': { key: 'auth-two' } } });
    await put('/routes/1', { uri: '/a', plugins: { 'key-auth': {} }, upstream });

    // Clients compare what they wrote with what they read.
    expect((await get('/consumers/jack')).body.value).toMatchObject(jack);
    expect((await get('/consumers/jack/credentials/phone')).body.value.plugins['key-auth'].key).toBe('auth-two');
    expect((await get('/consumers')).body.total).toBe(1);
    expect((await remove('/consumer_groups/gold')).body.error_msg).toContain('consumer [jack] is still using it');
  });

  test('plugins are shared by plugin configs, run everywhere by global rules, and told more by metadata', async () => {
    await put('/plugin_configs/1', { plugins: { 'proxy-rewrite': { uri: '/b' } } });
    await put('/routes/1', { uri: '/a', plugin_config_id: '1', upstream });
    await put('/global_rules/1', { plugins: { prometheus: {} } });
    await put('/plugin_metadata/limit-count', {});

    expect((await put('/global_rules/2', { plugins: { prometheus: {} } })).body.error_msg).toBe(
      "plugin 'prometheus' already exists in global rule with id '1'",
    );
    expect((await get('/plugin_metadata/limit-count')).body.value).toEqual({ id: 'limit-count' });
    expect((await remove('/plugin_configs/1')).status).toBe(400);
  });

  test('a certificate is stored, and its key never shown again', async () => {
    const made = await put('/ssls/1', { ...testAuthority().issue({ names: ['test.com'] }), snis: ['test.com'] });
    expect(made.status).toBe(201);
    for (const answer of [made, await get('/ssls/1'), await get('/ssls')])
      expect(JSON.stringify(answer.body)).not.toContain('PRIVATE KEY');
  });

  test('a list is paged and filtered', async () => {
    await put('/services/web', { upstream });
    for (let i = 1; i <= 12; i += 1) {
      const target = i % 2 ? { upstream } : { service_id: 'web' };
      await put(`/routes/${i}`, { name: `route-${i}`, uri: `/page/${i}`, labels: { [`n${i}`]: 'x' }, ...target });
    }
    const idsOf = async (query: string) =>
      (await get(`/routes?${query}`)).body.list.map(({ value }: { value: { id: string } }) => value.id);

    const page = await get('/routes?page=2&page_size=10');
    expect(page.body).toMatchObject({ total: 12, list: [{ value: { id: '11' } }, { value: { id: '12' } }] });
    expect(await idsOf('name=route-1$')).toEqual(['1']);
    expect(await idsOf('uri=page/1')).toEqual(['1', '10', '11', '12']);
    expect(await idsOf('label=n3')).toEqual(['3']);
    expect(await idsOf(`filter=${encodeURIComponent('service_id=web')}&uri=page/1`)).toEqual(['10', '12']);
  });
});

/** A tool that dumps, compares and syncs, knowing nothing but this API. */
describe('by a declarative tool', () => {
  const wanted: Declaration = {
    upstreams: [{ id: 'pool', name: 'pool', ...upstream }],
    services: [{ id: 'web', upstream_id: 'pool', labels: { 'managed-by': 'tool' } }],
    graphql_cost_decorations: [{ id: 'web/d1', field_path: 'Query.a' }],
    consumer_groups: [{ id: 'gold', plugins: { 'limit-count': { count: 9, time_window: 60 } } }],
    consumers: [{ username: 'jack', group_id: 'gold', plugins: { 'key-auth': { key: 'jacks' } } }],
    credentials: [{ id: 'jack/c1', plugins: { 'key-auth': { key: 'phone' } } }],
    plugin_configs: [{ id: 'pc', plugins: { 'proxy-rewrite': { uri: '/b' } } }],
    routes: [
      { id: 'a', uri: '/a', service_id: 'web', plugin_config_id: 'pc', priority: 3 },
      { id: 'b', uris: ['/b', '/c'], upstream: { ...upstream, timeout: { connect: 1, send: 1, read: 1.5 } } },
    ],
    global_rules: [{ id: 'all', plugins: { prometheus: { prefer_name: true } } }],
    plugin_metadata: [{ id: 'limit-count' }],
    protos: [{ id: 'p', content: 'syntax = "proto3"; message A {}' }],
    stream_routes: [{ id: 's', server_port: 9100, upstream_id: 'pool' }],
    secrets: [{ id: 'vault/1', uri: 'http://127.0.0.1:8200', prefix: 'kv', token: 'root-token' }],
  };

  test('what was written is what is read, and nothing is left to do', async () => {
    const tool = new Declared(plane.url, plane.adminKey);
    expect(await tool.version()).toMatch(/^\d+\.\d+\.\d+$/);
    await tool.sync(wanted);

    expect(await tool.difference(wanted)).toEqual({ put: [], deleted: [] });
    const { head } = (await plane.call('GET', '/api/v1/groups/default/revisions')).body;
    await tool.sync(wanted);
    expect((await plane.call('GET', '/api/v1/groups/default/revisions')).body.head).toBe(head);
  });

  test('only what differs is written, and what is not wanted any more goes, users first', async () => {
    const tool = new Declared(plane.url, plane.adminKey);
    await tool.sync(wanted);
    const next = { ...wanted, routes: [{ id: 'b', uri: '/b2', upstream }], services: [], graphql_cost_decorations: [] };

    expect(await tool.difference(next)).toEqual({
      put: ['routes/b'],
      deleted: ['routes/a', 'services/web/graphql_cost_decorations/d1', 'services/web'],
    });
    await tool.sync(next);
    expect(await tool.difference(next)).toEqual({ put: [], deleted: [] });
    await tool.sync({});
    expect(deepEqual(await tool.dump(), new Declared(plane.url, plane.adminKey).empty())).toBe(true);
  });

  test('schemas of kinds and plugins are there for its own checks', async () => {
    const tool = new Declared(plane.url, plane.adminKey);
    for (const kind of ['route', 'service', 'upstream', 'consumer', 'credential', 'ssl', 'proto', 'stream_route'])
      expect(await tool.schema(kind)).toMatchObject({ type: 'object' });
    expect(await tool.schema('plugins/key-auth')).toMatchObject({ type: 'object', properties: { header: {} } });
    expect((await get('/plugins/list')).body).toContain('key-auth');
  });
});

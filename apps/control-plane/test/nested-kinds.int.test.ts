import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resources, sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
const credentials = `${admin}/consumers/jack/credentials`;
const decorations = `${admin}/services/shop/graphql_cost_decorations`;
const keyed = (key: string) => ({ plugins: { 'key-auth': { key } } });
const upstream = { type: 'roundrobin', nodes: { '127.0.0.1:1980': 1 } };
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const kind of ['consumers', 'routes', 'services']) {
    const { list } = (await plane.call('GET', `${admin}/${kind}`)).body;
    for (const { value } of list) await plane.call('DELETE', `${admin}/${kind}/${value.username ?? value.id}`);
  }
  await plane.call('PUT', `${admin}/consumers`, { username: 'jack' });
  await plane.call('PUT', `${admin}/services/shop`, { upstream });
});

describe('what lives in another resource is refused', () => {
  const field = { field_path: 'Query.products' };
  type Case = [name: string, method: string, path: string, body: unknown, status: number, answer: unknown];
  const cases: Case[] = [
    ['without its consumer', 'PUT', '/consumers/rose/credentials/c', keyed('k'), 404, 'consumer not found'],
    ['without its service', 'PUT', '/services/none/graphql_cost_decorations/d', field, 404, 'service not found'],
    ['outside of its place', 'GET', '/credentials', undefined, 404, 'Unsupported resource type: credentials'],
    ['in another kind', 'GET', '/routes/1/credentials', undefined, 404, 'Unsupported resource type: credentials'],
    ['below itself', 'PUT', '/consumers/jack/credentials/c/x', keyed('k'), 404, 'Unsupported resource type: x'],
    ['with another id', 'PUT', '/consumers/jack/credentials/c', { ...keyed('k'), id: 'd' }, 400, 'wrong credential id'],
    ['without any id', 'PUT', '/consumers/jack/credentials', keyed('k'), 400, 'missing credential id'],
    ['with no id to delete', 'DELETE', '/consumers/jack/credentials', undefined, 400, 'missing credential id'],
    ['by POST', 'POST', '/consumers/jack/credentials', keyed('k'), 405, 'not supported `POST` method for credential'],
    ['by PATCH', 'PATCH', '/consumers/jack/credentials/c', {}, 405, 'not supported `PATCH` method for credential'],
    [
      'with a plugin that authenticates nobody',
      'PUT',
      '/consumers/jack/credentials/c',
      { plugins: { 'proxy-rewrite': { uri: '/a' } } },
      400,
      'only supports auth type plugins in consumer credential',
    ],
    [
      'with an unknown plugin',
      'PUT',
      '/consumers/jack/credentials/c',
      { plugins: { 'no-auth': {} } },
      400,
      'invalid plugins configuration: unknown plugin [no-auth]',
    ],
    [
      'with another service than its path',
      'PUT',
      '/services/shop/graphql_cost_decorations/d',
      { ...field, service_id: 'blog' },
      400,
      'wrong service_id, it is taken from the path',
    ],
  ];

  test.each(cases)('%s', async (_name, method, path, body, status, error_msg) => {
    expect(await plane.call(method, admin + path, body)).toMatchObject({ status, body: { error_msg } });
  });

  test.each([credentials, decorations])('a list of nothing: %s', async (path) => {
    expect(await plane.call('GET', path)).toMatchObject({ status: 404, body: { message: 'Key not found' } });
  });
});

describe('a key belongs to one consumer', () => {
  test('whether a consumer or a credential has it', async () => {
    await plane.call('PUT', `${credentials}/c1`, keyed('first'));
    await plane.call('PUT', `${admin}/consumers`, sampleConsumer('rose', 'second'));

    const byConsumer = await plane.call('PUT', `${admin}/consumers`, sampleConsumer('tim', 'first'));
    const byCredential = await plane.call('PUT', `${credentials}/c2`, keyed('second'));
    const bySameConsumer = await plane.call('PUT', `${credentials}/c2`, keyed('first'));

    const duplicate = 'duplicate key of plugin key-auth found with';
    expect([byConsumer, byCredential, bySameConsumer].map(({ status, body }) => [status, body.error_msg])).toEqual([
      [400, `${duplicate} credential: c1 of consumer: jack`],
      [400, `${duplicate} consumer: rose`],
      [400, `${duplicate} credential: c1 of consumer: jack`],
    ]);
  });

  test('and to nobody once its credential is gone', async () => {
    await plane.call('PUT', `${credentials}/c1`, keyed('first'));
    await plane.call('DELETE', `${credentials}/c1`);

    expect((await plane.call('PUT', `${admin}/consumers`, sampleConsumer('tim', 'first'))).status).toBe(201);
  });
});

test('a credential is written, read, listed and deleted below its consumer', async () => {
  const put = await plane.call('PUT', `${credentials}/c1`, { ...keyed('first'), desc: 'phone' });
  await plane.call('PUT', credentials, { ...keyed('second'), id: 'c2' });

  const key = '/apisix/consumers/jack/credentials/c1';
  expect(put).toMatchObject({ status: 201, body: { key, value: { id: 'c1', desc: 'phone' } } });
  expect((await plane.call('GET', `${credentials}/c1`)).body).toMatchObject({ key, value: { ...keyed('first') } });
  expect((await plane.call('GET', credentials)).body).toMatchObject({ total: 2, list: [{ key }, {}] });
  expect((await plane.call('DELETE', `${credentials}/c1`)).body).toEqual({ deleted: '1', key });
  expect((await plane.call('GET', `${admin}/consumers`)).body.total).toBe(1);
});

test('in /api/v1 a credential has the id of its consumer before its own, and its key is masked', async () => {
  await plane.call('PUT', `${admin}/consumers`, { username: 'rose' });
  const path = `${resources}/credentials/jack%2Fc1`;
  const put = await plane.call('PUT', path, keyed('first'));
  await plane.call('PUT', `${resources}/credentials/rose%2Fc1`, keyed('second'));

  expect(put).toMatchObject({ status: 201, body: { resource: { id: 'jack/c1', value: { id: 'c1' } } } });
  const shown = (await plane.call('GET', path)).body;
  expect(shown.value).toMatchObject(keyed('__redacted__'));
  expect((await plane.call('PUT', path, shown.value)).body).toMatchObject({ revision: null });
  const mine = await plane.call('GET', `${resources}/credentials?parent=jack`);
  expect(mine.body).toMatchObject({ total: 1, list: [{ id: 'jack/c1' }] });
  expect((await plane.call('GET', `${resources}/credentials`)).body.total).toBe(2);
});

test.each(['c1', 'jack/', '/c1', 'jack/c1/x'])('/api/v1 refuses %j as the id of a credential', async (id) => {
  const answer = await plane.call('PUT', `${resources}/credentials/${encodeURIComponent(id)}`, keyed('k'));
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('<id of the consumer>/') } },
  });
});

test('what lives in a resource is deleted with it, in the same revision', async () => {
  await plane.call('PUT', `${credentials}/c1`, keyed('first'));
  await plane.call('PUT', `${decorations}/d1`, { field_path: 'Query.a' });
  await plane.call('DELETE', `${admin}/consumers/jack`);
  await plane.call('DELETE', `${admin}/services/shop`);

  const { list } = (await plane.call('GET', '/api/v1/groups/default/revisions')).body;
  const changed = list.slice(0, 2).map(({ changes }: { changes: { id: string }[] }) => changes.map(({ id }) => id));
  expect(changed).toEqual([expect.arrayContaining(['shop', 'shop/d1']), expect.arrayContaining(['jack', 'jack/c1'])]);
  expect((await plane.call('GET', `${credentials}/c1`)).status).toBe(404);
  await plane.call('PUT', `${admin}/consumers`, { username: 'jack' });
  expect((await plane.call('GET', credentials)).status).toBe(404);
});

test('what is not deleted keeps what lives in it', async () => {
  await plane.call('PUT', `${decorations}/d1`, { field_path: 'Query.a' });
  await plane.call('PUT', `${admin}/routes/1`, { ...sampleRoute('/a'), service_id: 'shop' });

  expect((await plane.call('DELETE', `${admin}/services/shop`)).status).toBe(400);
  expect((await plane.call('GET', decorations)).body.total).toBe(1);
});

test('a consumer and its credentials can come in one change set, whatever their order, and go again', async () => {
  const value = keyed('first');
  const set = (changes: unknown[]) => plane.call('POST', '/api/v1/groups/default/change-sets', { changes });
  const made = await set([
    { op: 'put', kind: 'credential', id: 'tim/c1', value },
    { op: 'put', kind: 'consumer', id: 'tim', value: { username: 'tim' } },
  ]);
  expect(made).toMatchObject({ status: 200, body: { changes: 2 } });

  const torn = await set([
    { op: 'delete', kind: 'consumer', id: 'tim' },
    { op: 'put', kind: 'credential', id: 'tim/c2', value: keyed('second') },
  ]);
  expect(torn).toMatchObject({ status: 404, body: { error: { message: 'consumer not found' } } });
});

test('a roll-back brings a consumer back with its credentials', async () => {
  await plane.call('PUT', `${credentials}/c1`, keyed('first'));
  const { head } = (await plane.call('GET', '/api/v1/groups/default/revisions')).body;
  await plane.call('DELETE', `${admin}/consumers/jack`);
  const back = await plane.call('POST', `/api/v1/groups/default/revisions/${head}/rollback`, {});

  expect(back.status).toBeLessThan(300);
  expect((await plane.call('GET', `${credentials}/c1`)).body.value).toMatchObject(keyed('first'));
});

describe('decorations of a GraphQL service', () => {
  test('get ids by POST, and the service from the path', async () => {
    const posted = await plane.call('POST', decorations, { field_path: 'Query.a' });
    expect(posted).toMatchObject({ status: 201, body: { value: { service_id: 'shop', field_path: 'Query.a' } } });
    const { id } = posted.body.value;
    expect(id).toMatch(/^\d{20}$/);
    expect(posted.body.key).toBe(`/apisix/services/shop/graphql_cost_decorations/${id}`);
    const again = await plane.call('POST', `${resources}/graphql_cost_decorations?parent=shop`, {
      field_path: 'Query.b',
    });
    expect(again).toMatchObject({ status: 201, body: { resource: { value: { service_id: 'shop' } } } });
    const lost = await plane.call('POST', `${resources}/graphql_cost_decorations`, { field_path: 'Query.c' });
    expect(lost.status).toBe(400);
  });

  test('price a field once in a service', async () => {
    await plane.call('PUT', `${decorations}/d1`, { field_path: 'Query.a' });
    const twice = await plane.call('PUT', `${decorations}/d2`, { field_path: 'Query.a' });
    const error_msg = 'field_path Query.a is already decorated on this service by [d1]';
    expect(twice).toMatchObject({ status: 400, body: { error_msg } });
  });

  test('are patched as a whole, but stay where they are', async () => {
    await plane.call('PUT', `${decorations}/d1`, { field_path: 'Query.a' });
    expect((await plane.call('PATCH', `${decorations}/d1`, { add_value: 7 })).body.value).toMatchObject({
      add_value: 7,
    });
    const moved = await plane.call('PATCH', `${decorations}/d1`, { service_id: 'blog' });
    expect(moved).toMatchObject({ status: 400, body: { error_msg: 'service_id can not be patched' } });
    expect((await plane.call('PATCH', `${decorations}/d1/add_value`, '8')).status).toBe(404);
  });
});

describe('what is stored and not served says so', () => {
  test.each([['stream_routes', { server_port: 9100, upstream }]])('in every answer about %s', async (plural, value) => {
    const put = await plane.call('PUT', `${admin}/${plural}/1`, value);
    const { body: written } = await plane.call('PUT', `${resources}/${plural}/1`, value);
    const { body: list } = await plane.call('GET', `${resources}/${plural}`);

    expect(put.status).toBe(201);
    expect(put.headers.get('warning')).toMatch(/^299 - ".* are stored, but .*"$/);
    expect((await plane.call('GET', `${admin}/${plural}`)).headers.get('warning')).toBe(put.headers.get('warning'));
    const warnings = [expect.stringContaining('are stored, but')];
    expect(written).toMatchObject({ warnings, resource: { warnings } });
    expect(list).toMatchObject({ list: [{ warnings }] });
  });

  test('also where it comes with others in a change set', async () => {
    const change = (id: string) => ({ op: 'put', kind: 'stream_route', id, value: { server_port: 9101, upstream } });
    const changes = [
      change('a'),
      change('b'),
      { op: 'put', kind: 'consumer', id: 'rose', value: { username: 'rose' } },
    ];
    const { body } = await plane.call('POST', '/api/v1/groups/default/change-sets', { changes });
    expect(body.warnings).toEqual([expect.stringContaining('stream routes are stored, but')]);
  });

  test('and what is served carries no warning', async () => {
    const { headers, body } = await plane.call('GET', `${resources}/services/shop`);
    expect(body).not.toHaveProperty('warnings');
    expect(headers.has('warning')).toBe(false);
  });

  test('a proto that nothing could read is refused', async () => {
    const { status, body } = await plane.call('PUT', `${admin}/protos/2`, { content: 'message A { int32 a = 1; b }' });
    expect(status).toBe(400);
    expect(body.error_msg).toMatch(/^invalid content: /);
  });

  test('a stream route takes only plugins that run on streams', async () => {
    const value = { server_port: 9100, plugins: { 'key-auth': {} }, upstream };
    const { status, body } = await plane.call('PUT', `${admin}/stream_routes/2`, value);
    expect([status, body.error_msg]).toEqual([400, 'unknown plugin [key-auth]']);
  });
});

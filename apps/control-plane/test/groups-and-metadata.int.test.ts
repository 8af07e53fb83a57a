import { afterAll, beforeAll, expect, test } from 'vitest';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const ADMIN = '/apisix/admin';

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

const put = (path: string, value: object) => plane.call('PUT', `${ADMIN}/${path}`, value);
const limited = { 'limit-count': { count: 2, time_window: 60 } };

test('a consumer cannot name a group that is not there, and a group in use cannot be deleted', async () => {
  const dangling = await put('consumers/ann', { username: 'ann', group_id: 'gold' });
  expect([dangling.status, JSON.stringify(dangling.body)]).toEqual([400, expect.stringContaining('gold')]);
  expect((await put('consumer_groups/gold', { plugins: limited })).status).toBe(201);
  expect((await put('consumers/ann', { username: 'ann', group_id: 'gold' })).status).toBe(201);
  const refused = await plane.call('DELETE', `${ADMIN}/consumer_groups/gold`);
  expect(refused).toMatchObject({
    status: 400,
    body: { error_msg: 'can not delete this consumer group, consumer [ann] is still using it now' },
  });
});

test.each([
  [{}, 'plugins'],
  [{ plugins: { nothing: {} } }, 'unknown plugin [nothing]'],
  [{ plugins: { 'limit-count': { count: -1, time_window: 60 } } }, 'limit-count'],
])('a group of %j is refused by name', async (value, name) => {
  const { status, body } = await put('consumer_groups/bad', value);
  expect([status, JSON.stringify(body).includes(name)]).toEqual([400, true]);
});

test('a group is patched and listed, but not posted', async () => {
  await put('consumer_groups/silver', { plugins: {} });
  const patched = await plane.call('PATCH', `${ADMIN}/consumer_groups/silver`, { plugins: limited });
  expect(patched.body.value.plugins['limit-count'].count).toBe(2);
  expect((await plane.call('POST', `${ADMIN}/consumer_groups`, { plugins: {} })).status).toBe(405);
  const { body } = await plane.call('GET', `${ADMIN}/consumer_groups`);
  expect(body.list.map(({ key }: { key: string }) => key)).toContain('/apisix/consumer_groups/silver');
});

test.each([
  ['nothing', { a: 1 }, 'invalid plugin name'],
  ['limit-count', { limit_header: 5 }, 'limit_header'],
])('metadata for %s of %j is refused', async (plugin, value, message) => {
  const { status, body } = await put(`plugin_metadata/${plugin}`, value);
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining(message)]);
});

test('metadata is stored under the name of its plugin, without times, and is neither posted nor patched', async () => {
  const { status, body } = await put('plugin_metadata/limit-count', { limit_header: 'X-Limit' });
  expect([status, body.key, body.value]).toEqual([
    201,
    '/apisix/plugin_metadata/limit-count',
    { id: 'limit-count', limit_header: 'X-Limit' },
  ]);
  const before = await plane.call('GET', '/api/v1/groups/default/revisions');
  expect((await put('plugin_metadata/limit-count', { limit_header: 'X-Limit' })).status).toBe(200);
  // Nothing has changed, so there is no new revision.
  expect((await plane.call('GET', '/api/v1/groups/default/revisions')).body.list[0]).toEqual(before.body.list[0]);
  expect((await plane.call('POST', `${ADMIN}/plugin_metadata`, {})).status).toBe(405);
  expect((await plane.call('PATCH', `${ADMIN}/plugin_metadata/limit-count`, {})).status).toBe(405);
  expect((await plane.call('DELETE', `${ADMIN}/plugin_metadata/limit-count`)).status).toBe(200);
});

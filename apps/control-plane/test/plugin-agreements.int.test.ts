import { afterAll, beforeAll, expect, test } from 'vitest';
import { addGroup } from './credentials.ts';
import { defaultGroup, group, putRoute, routes } from './default-group.ts';
import { resources, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
const mismatch = 'failed to check the configuration of plugin limit-count err: group conf mismatched';
let plane: TestControlPlane;
const { draftOf, publish } = defaultGroup(() => plane);

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const put = (path: string, body: unknown) => plane.call('PUT', `${admin}/${path}`, body);
const limit = (name: string, count: number, more: object = {}) => {
  return { plugins: { 'limit-count': { group: name, count, time_window: 60, ...more } } };
};
const changeSet = (...changes: object[]) => plane.call('POST', `${group}/change-sets`, { changes });
const limited = (id: string, name: string, count: number) => putRoute(id, `/${id}`, limit(name, count));

test('a member that says something else than another is refused, and the other is named', async () => {
  expect((await put('routes/a', { ...sampleRoute('/a'), ...limit('one', 5) })).status).toBe(201);
  const refused = await put('services/a', limit('one', 6));
  expect(refused).toMatchObject({ status: 400, body: { error_msg: mismatch } });

  const native = await plane.call('PUT', `${resources}/services/a`, limit('one', 6));
  expect(native.status).toBe(400);
  const path = '/plugins/limit-count/group';
  const message = 'group conf mismatched: route [a] says something else in group "one"';
  expect(native.body.error).toMatchObject({ message: mismatch, field: path, issues: [{ path, message }] });
});

test.each([
  ['services/s', {}],
  ['plugin_configs/p', {}],
  ['consumers/c', { username: 'c' }],
  ['consumer_groups/g', {}],
  ['global_rules/r', {}],
])('members may be of any kind: %s', async (path, more) => {
  await put('routes/kinds', { ...sampleRoute('/kinds'), ...limit('kinds', 5) });
  const refused = await put(path, { ...more, ...limit('kinds', 6) });
  expect([refused.status, refused.body.error_msg]).toEqual([400, expect.stringContaining('group conf mismatched')]);
  expect((await put(path, { ...more, ...limit('kinds', 5) })).status).toBeLessThan(300);
});

test('members that say the same in other words agree, secrets included', async () => {
  const redis = { policy: 'redis', redis_host: 'h1', redis_password: 'secret' };
  const said = limit('words', 5, redis);
  expect((await put('routes/w1', { ...sampleRoute('/w1'), ...said })).status).toBe(201);
  const spelledOut = limit('words', 5, { ...redis, key: 'remote_addr', allow_degradation: false });
  expect((await put('routes/w2', { ...sampleRoute('/w2'), ...spelledOut })).status).toBe(201);
  const other = await put('routes/w3', {
    ...sampleRoute('/w3'),
    ...limit('words', 5, { ...redis, redis_password: 'x' }),
  });
  expect(other).toMatchObject({ status: 400, body: { error_msg: mismatch } });
});

test('the only member may change, and who is switched off is none', async () => {
  await put('routes/only', { ...sampleRoute('/only'), ...limit('only', 5) });
  expect((await put('routes/only', { ...sampleRoute('/only'), ...limit('only', 6) })).status).toBe(200);
  const off = limit('only', 7, { _meta: { disable: true } });
  expect((await put('routes/off', { ...sampleRoute('/off'), ...off })).status).toBe(201);
  expect((await plane.call('DELETE', `${admin}/routes/only`)).status).toBe(200);
  expect((await put('routes/next', { ...sampleRoute('/next'), ...limit('only', 8) })).status).toBe(201);
});

test('all members change in one change set, or none of them', async () => {
  expect((await changeSet(limited('m1', 'many', 5), limited('m2', 'many', 5))).status).toBe(200);
  const half = await changeSet(limited('m1', 'many', 6));
  expect(half.body.error).toMatchObject({ message: mismatch, field: '/changes/0/value/plugins/limit-count/group' });
  const torn = await changeSet(limited('m1', 'many', 6), limited('m2', 'many', 7));
  expect(torn.body.error).toMatchObject({ message: mismatch, field: '/changes/1/value/plugins/limit-count/group' });
  expect((await changeSet(limited('m1', 'many', 6), limited('m2', 'many', 6))).status).toBe(200);
  expect((await plane.call('GET', `${routes}/m2`)).body.value.plugins['limit-count'].count).toBe(6);
});

test('of two writes at once that disagree, one wins', async () => {
  const writes = Array.from({ length: 8 }, (_, i) =>
    put(`routes/race${i}`, { ...sampleRoute(`/race${i}`), ...limit('race', i + 1) }),
  );
  const statuses = (await Promise.all(writes)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([201, 400, 400, 400, 400, 400, 400, 400]);
});

test('a draft that would divide a group is not published', async () => {
  await put('routes/d1', { ...sampleRoute('/d1'), ...limit('draft', 5) });
  const refused = await publish(await draftOf(limited('d2', 'draft', 6)));
  expect([refused.status, refused.body.error.message]).toEqual([400, mismatch]);
  expect((await publish(await draftOf(limited('d2', 'draft', 5)))).status).toBe(200);
});

test('an import whose members disagree says so', async () => {
  await addGroup(plane, 'imported');
  const text = JSON.stringify({
    routes: [
      { id: 'i1', ...sampleRoute('/i1'), ...limit('import', 5) },
      { id: 'i2', ...sampleRoute('/i2'), ...limit('import', 6) },
    ],
  });
  const answer = await plane.call('POST', '/api/v1/groups/imported/imports', { source: { type: 'document', text } });
  expect(JSON.stringify(answer.body)).toContain('group conf mismatched: route [i1] says something else');
});

test('a group of one gateway group has nothing to do with another', async () => {
  await addGroup(plane, 'elsewhere');
  await put('routes/e', { ...sampleRoute('/e'), ...limit('apart', 5) });
  const other = { ...sampleRoute('/e'), ...limit('apart', 6) };
  expect((await plane.call('PUT', '/api/v1/groups/elsewhere/resources/routes/e', other)).status).toBeLessThan(300);
});

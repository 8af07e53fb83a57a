import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDataPlane, headOf } from './data-plane-client.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const WITHIN = { timeout: 20_000, interval: 20 };

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

const limited = { ...sampleRoute('/limited'), plugins: { 'limit-count': { count: 1, time_window: 60 } } };

/** A data plane of before `limit-count`, known to the control plane. */
async function connectOlder(instanceId: string) {
  const catalogue = { 'key-auth': 'a-hash', 'proxy-rewrite': 'a-hash' };
  const older = connectDataPlane(plane, { instance_id: instanceId, version: '0.0.9', catalogue });
  const list = async () => (await plane.call('GET', `${GROUP}/instances`)).body.list as { id: string }[];
  await expect.poll(async () => (await list()).map(({ id }) => id), WITHIN).toContain(instanceId);
  return older;
}

test('what a connected data plane lacks is published by neither API before that is confirmed', async () => {
  using _older = await connectOlder('older-1');
  const before = await headOf(plane);

  const refused = await plane.call('PUT', `${GROUP}/resources/routes/limited`, limited);
  expect(refused.status).toBe(428);
  expect(refused.body.error.code).toBe('CONFIRMATION_NEEDED');
  expect(refused.body.error.message).toContain('limit-count on older-1 (0.0.9)');
  expect(refused.body.error.message).toContain('confirm=missing_plugins');
  const compatible = await plane.call('PUT', '/apisix/admin/routes/limited', limited);
  expect(compatible).toMatchObject({ status: 428, body: { error_msg: expect.stringContaining('limit-count') } });
  const changes = [{ op: 'put', kind: 'route', id: 'limited', value: limited }];
  expect((await plane.call('POST', `${GROUP}/change-sets`, { changes })).status).toBe(428);
  expect(await headOf(plane)).toEqual(before);

  const confirmed = await plane.call('PUT', '/apisix/admin/routes/limited?confirm=missing_plugins', limited);
  expect(confirmed.status).toBe(201);
  const again = await plane.call('PUT', `${GROUP}/resources/routes/limited?confirm=missing_plugins`, {
    ...limited,
    desc: 'again',
  });
  expect(again.status).toBe(200);
});

test('a confirmation of something else is no confirmation', async () => {
  using _older = await connectOlder('older-2');
  expect((await plane.call('PUT', `${GROUP}/resources/routes/other?confirm=yes`, limited)).status).toBe(400);
  expect((await plane.call('PUT', '/apisix/admin/routes/other?confirm=yes', limited)).status).toBe(428);
});

test('nothing is asked for what every data plane has, for a deletion, and for a way back', async () => {
  const start = (await headOf(plane)).revision;
  const path = `${GROUP}/resources/routes/plain`;
  expect((await plane.call('PUT', `${path}?confirm=missing_plugins`, limited)).status).toBe(201);
  using _older = await connectOlder('older-3');
  const plain = { ...sampleRoute('/plain'), plugins: { 'key-auth': {} } };
  expect((await plane.call('PUT', path, plain)).status).toBe(200);
  expect((await plane.call('POST', `${GROUP}/revisions/${start + 1}/rollback`, {})).status).toBe(200);
  expect((await plane.call('DELETE', path)).status).toBe(200);
});

test('a data plane that is gone, or that does not say what it has, is not asked about', async () => {
  const gone = await connectOlder('older-4');
  using _silent = connectDataPlane(plane, { instance_id: 'silent', catalogue: {} });
  const put = () => plane.call('PUT', `${GROUP}/resources/routes/after`, limited);
  expect((await put()).status).toBe(428);

  gone[Symbol.dispose]();

  await expect.poll(async () => (await put()).status, WITHIN).toBe(201);
});

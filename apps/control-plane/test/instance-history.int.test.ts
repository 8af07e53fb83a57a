import type { HealthMessage } from '@sluice/sync/grpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InstanceSweeper } from '../src/instances/instance-sweeper.ts';
import { connectDataPlane, type TestDataPlane } from './data-plane-client.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const WITHIN = { timeout: 15_000, interval: 20 };
const ready: HealthMessage = {
  listeners: [],
  targets: [],
  links: [],
  state: 'ready',
  reason: '',
  uptime_ms: 1,
  rss_bytes: 1,
};
const refusal = (id: string) => [{ kind: 'route', id, message: 'no such plugin', field: '/plugins' }];

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

/** Writes a route; returns the revision that it made. */
async function putRoute(id: string): Promise<number> {
  const { body } = await plane.call('PUT', `${GROUP}/resources/routes/${id}`, sampleRoute(`/${id}-${Date.now()}`));
  return body.revision;
}

/** A data plane that is ready and has received the head. */
async function joined(id: string): Promise<TestDataPlane> {
  const dataPlane = connectDataPlane(plane, { instance_id: id });
  dataPlane.send({ health: ready });
  await expect.poll(() => dataPlane.batches.length, WITHIN).toBe(1);
  return dataPlane;
}

const acknowledge = (dataPlane: TestDataPlane) =>
  dataPlane.send({ ack: { revision: dataPlane.state.revision, digest: dataPlane.state.digest } });
const received = (dataPlane: TestDataPlane, revision: number) =>
  expect.poll(() => dataPlane.state.revision, WITHIN).toBe(revision);
const get = async (path: string) => (await plane.call('GET', `${GROUP}/${path}`)).body;
const eventsOf = async (id: string) =>
  (await get(`instances/${id}/history`)).list as { type: string; revision: number }[];

test('a data plane that nobody knows has no page, no history, and cannot be drained', async () => {
  const calls = [plane.call('GET', `${GROUP}/instances/none`), plane.call('GET', `${GROUP}/instances/none/history`)];
  const answers = await Promise.all([...calls, plane.call('POST', `${GROUP}/instances/none/drain`)]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('what a data plane refused stands in its history with the reason, until and after it is served', async () => {
  using dataPlane = await joined('history');
  acknowledge(dataPlane);
  const revision = await putRoute('refused');
  await received(dataPlane, revision);
  dataPlane.send({ nack: { revision, errors: refusal('refused'), applied_revision: revision - 1 } });
  await putRoute('repaired');
  await received(dataPlane, revision + 1);
  acknowledge(dataPlane);

  const told = async () => (await eventsOf('history')).map((event) => `${event.type} ${event.revision}`);
  await expect
    .poll(told, WITHIN)
    .toEqual([
      'status null',
      `ack ${revision + 1}`,
      'status null',
      `nack ${revision}`,
      `ack ${revision - 1}`,
      'status null',
      'connected 0',
    ]);
  expect((await eventsOf('history'))[3]).toMatchObject({ detail: { errors: refusal('refused') } });
  const page = await get('instances/history/history?limit=3');
  expect(page.list).toHaveLength(3);
  expect((await get(`instances/history/history?limit=3&before=${page.next}`)).list[0]).toMatchObject({ type: 'nack' });
});

test('a group is blocked at the revision that brought in what is refused, although later ones are refused with it', async () => {
  using dataPlane = await joined('blocked');
  acknowledge(dataPlane);
  const culprit = await putRoute('culprit');
  const last = await putRoute('innocent');
  await received(dataPlane, last);
  dataPlane.send({ nack: { revision: last, errors: refusal('culprit'), applied_revision: culprit - 1 } });

  const blocked = {
    revision: culprit,
    instances: ['blocked'],
    errors: [{ ...refusal('culprit')[0], revision: culprit }],
  };
  await expect.poll(async () => (await get('overview')).blocked, WITHIN).toEqual(blocked);
  expect((await get('instances')).blocked).toEqual(blocked);

  expect((await plane.call('POST', `${GROUP}/revisions/${culprit}/revert`, {})).status).toBe(200);
  await received(dataPlane, last + 1);
  acknowledge(dataPlane);
  await expect.poll(async () => (await get('overview')).blocked, WITHIN).toBeNull();
});

test('a data plane that comes back still refusing shows why, although it has not said so again', async () => {
  const dataPlane = await joined('returning');
  const revision = await putRoute('still-refused');
  await received(dataPlane, revision);
  dataPlane.send({ nack: { revision, errors: refusal('still-refused'), applied_revision: revision - 1 } });
  await expect.poll(async () => (await get('instances/returning')).last_nack, WITHIN).toBeDefined();
  dataPlane[Symbol.dispose]();

  const held = { have_revision: revision, have_digest: dataPlane.state.digest, applied_revision: revision - 1 };
  using back = connectDataPlane(plane, { instance_id: 'returning', hostname: 'back', ...held });
  await expect
    .poll(() => get('instances/returning'), WITHIN)
    .toMatchObject({ hostname: 'back', last_nack: { revision } });
  back.send({ ack: { revision, digest: dataPlane.state.digest } });
  await expect.poll(() => get('instances/returning'), WITHIN).not.toHaveProperty('last_nack');
});

test('a drain is told to the data plane, wherever it is connected, and its answer is seen', async () => {
  await using other = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
  });
  using dataPlane = await joined('drained');
  await expect.poll(async () => (await get('instances/drained')).status, WITHIN).toBe('healthy');

  const answer = await other.call('POST', `${GROUP}/instances/drained/drain`);
  expect(answer).toMatchObject({ status: 202, body: { command: { name: 'drain', state: 'waiting' } } });
  await expect.poll(() => dataPlane.commands[0]?.name, WITHIN).toBe('drain');
  expect((await get('instances/drained')).commands[0]).toMatchObject({ state: 'sent' });

  const command_id = dataPlane.commands[0]?.command_id ?? '';
  dataPlane.send({ command_result: { command_id, error: '', result: new Uint8Array() } });
  dataPlane.send({ drain: { draining: true, open_requests: 3 } });
  await expect
    .poll(() => get('instances/drained'), WITHIN)
    .toMatchObject({ state: 'draining', reason: '3 requests open', commands: [{ state: 'done', error: null }] });
  const [entry] = (await plane.call('GET', '/api/v1/audit?limit=1')).body.list;
  expect(entry).toMatchObject({ action: 'instance.drain', kind: 'instance', id: 'drained' });
});

test('a command that a data plane refuses has failed, with its reason', async () => {
  using dataPlane = await joined('refusing');
  await expect.poll(async () => (await get('instances/refusing')).status, WITHIN).toBe('healthy');
  await plane.call('POST', `${GROUP}/instances/refusing/drain`);
  await expect.poll(() => dataPlane.commands.length, WITHIN).toBe(1);
  const command_id = dataPlane.commands[0]?.command_id ?? '';
  dataPlane.send({ command_result: { command_id, error: 'not now', result: new Uint8Array() } });
  await expect
    .poll(async () => (await get('instances/refusing')).commands[0], WITHIN)
    .toMatchObject({ state: 'failed', error: 'not now' });
});

test('a data plane that is gone cannot be drained, and is forgotten with its history after a while', async () => {
  const dataPlane = await joined('gone');
  await expect.poll(async () => (await eventsOf('gone')).length, WITHIN).toBeGreaterThan(0);
  dataPlane[Symbol.dispose]();
  await plane.database.query(
    `UPDATE instance SET state = 'offline', last_seen = now() - interval '6 days' WHERE id = 'gone'`,
  );
  expect((await plane.call('POST', `${GROUP}/instances/gone/drain`)).status).toBe(409);
  const sweeper = plane.app.get(InstanceSweeper, { strict: false });
  await sweeper.sweep();
  expect((await plane.call('GET', `${GROUP}/instances/gone`)).status).toBe(200);

  await plane.database.query(`UPDATE instance SET last_seen = now() - interval '8 days' WHERE id = 'gone'`);
  await sweeper.sweep();
  expect((await plane.call('GET', `${GROUP}/instances/gone`)).status).toBe(404);
  const [left] = await plane.database.query(`SELECT count(*) FROM instance_event WHERE instance_id = 'gone'`);
  expect(left).toEqual({ count: 0 });
});

test('of each data plane only the latest events are kept', async () => {
  using dataPlane = await joined('talkative');
  await expect.poll(async () => (await eventsOf('talkative')).length, WITHIN).toBeGreaterThan(0);
  await plane.database.query(
    `INSERT INTO instance_event (group_id, instance_id, at, type, revision)
     SELECT 1, 'talkative', now(), 'ack', number FROM generate_series(1, 300) AS number`,
  );
  await plane.app.get(InstanceSweeper, { strict: false }).sweep();

  const kept = await plane.database.query(
    `SELECT count(*), min(revision) AS oldest FROM instance_event WHERE instance_id = 'talkative'`,
  );
  expect(kept).toEqual([{ count: 200, oldest: 101 }]);
  expect(dataPlane.ended).toBeUndefined();
});

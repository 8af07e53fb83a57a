import { elementHash, StateDigest } from '@sluice/sync';
import { status } from '@grpc/grpc-js';
import { FaultyProxy } from '@sluice/testing';
import { expect, test, vi } from 'vitest';
import { ConfigReader } from '../src/publishing/config-reader.ts';
import { connectDataPlane, headOf, held, openStream, type TestDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const WITHIN = { timeout: 20_000, interval: 10 };

const route = (path: string) => ({ uri: path, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
const put = (plane: TestControlPlane, id: string, path: string) =>
  plane.call('PUT', `/api/v1/groups/default/resources/routes/${id}`, route(path));
const putMany = (plane: TestControlPlane, count: number, desc = '') =>
  plane.call('POST', '/api/v1/groups/default/change-sets', {
    changes: Array.from({ length: count }, (_, i) => {
      return { op: 'put', kind: 'route', id: `many-${i}`, value: { ...route(`/many/${i}`), desc } };
    }),
  });

/** Waits until a data plane holds exactly the head, and says how it got there. */
async function caughtUp(plane: TestControlPlane, dataPlane: TestDataPlane): Promise<string[]> {
  await vi.waitFor(async () => expect(held(dataPlane)).toEqual(await headOf(plane)), WITHIN);
  expect(dataPlane.complaints).toEqual([]);
  return dataPlane.batches.map(({ type, baseRevision, revision }) => `${type} ${baseRevision}..${revision}`);
}

test('a stream that does not begin with a hello is refused', async () => {
  await using plane = await startControlPlane();
  const stream = openStream(plane);
  const ended = new Promise((resolve) => stream.once('error', resolve));
  stream.write({ resync: { reason: 'none' } });
  stream.resume();
  expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT });
});

test('a data plane of an unknown group is told so, and gets nothing', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane, { group: 'nowhere' });
  await vi.waitFor(() => expect(dataPlane.ended?.code).toBe(status.NOT_FOUND), WITHIN);
  expect(dataPlane.batches).toEqual([]);
});

test('a new data plane gets a snapshot, then every revision in order, each with the digest that comes out', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  using dataPlane = connectDataPlane(plane);
  expect(await caughtUp(plane, dataPlane)).toEqual(['snapshot 0..1']);

  await put(plane, 'b', '/b');
  await caughtUp(plane, dataPlane);
  await plane.call('DELETE', '/api/v1/groups/default/resources/routes/a');
  expect(await caughtUp(plane, dataPlane)).toEqual(['snapshot 0..1', 'delta 1..2', 'delta 2..3']);
  expect([...dataPlane.state.values()].map(({ id }) => id)).toEqual(['b']);
});

test('the bodies sent are the canonical bytes with secrets in plain', async () => {
  await using plane = await startControlPlane();
  const consumer = { username: 'jack', plugins: { 'key-auth': { key: 'plain-secret' } } };
  const { status: written } = await plane.call('PUT', '/api/v1/groups/default/resources/consumers/jack', consumer);
  expect(written).toBe(201);
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);

  const body = dataPlane.state.get('consumer', 'jack')?.body ?? new Uint8Array();
  expect(JSON.parse(Buffer.from(body).toString())).toMatchObject(consumer);
  const digest = StateDigest.empty();
  digest.add(elementHash('consumer', 'jack', body));
  expect(digest.toHex()).toBe((await headOf(plane)).digest);
});

test('a data plane that comes back gets only what has changed since, each resource once', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  const first = connectDataPlane(plane);
  await caughtUp(plane, first);
  first[Symbol.dispose]();
  for (const path of ['/b1', '/b2', '/b3']) await put(plane, 'b', path);

  using second = connectDataPlane(plane, {}, first.state);
  expect(await caughtUp(plane, second)).toEqual(['delta 1..4']);
  expect(second.batches[0]?.changes).toHaveLength(1);
});

test('a data plane whose digest is not that of its revision gets a snapshot', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  using dataPlane = connectDataPlane(plane, { have_revision: 1, have_digest: new Uint8Array(32) });
  expect(await caughtUp(plane, dataPlane)).toEqual(['snapshot 0..1']);
});

test('a data plane that asks for a resync gets a snapshot', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  dataPlane.send({ resync: { reason: 'a test' } });
  await vi.waitFor(() => expect(dataPlane.batches).toHaveLength(2), WITHIN);
  expect(await caughtUp(plane, dataPlane)).toEqual(['snapshot 0..1', 'snapshot 0..1']);
});

test('a change set of thousands arrives as one step, in messages of bounded size', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  await putMany(plane, 2_500);
  expect(await caughtUp(plane, dataPlane)).toEqual(['snapshot 0..0', 'delta 0..1']);
  using late = connectDataPlane(plane, { instance_id: 'dp-2' });
  expect(await caughtUp(plane, late)).toEqual(['snapshot 0..1']);
});

test('a change set of thousands is read once for all data planes, one too large to be kept by each for itself', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  const ids = ['dp-1', 'dp-2', 'dp-3'];
  const dataPlanes = ids.map((id) => connectDataPlane(plane, { instance_id: id }));
  using _streams = { [Symbol.dispose]: () => dataPlanes.forEach((dataPlane) => dataPlane[Symbol.dispose]()) };
  for (const dataPlane of dataPlanes) await caughtUp(plane, dataPlane);
  const reads = vi.spyOn(plane.app.get(ConfigReader, { strict: false }), 'batch');

  await putMany(plane, 2_500);
  for (const dataPlane of dataPlanes) expect((await caughtUp(plane, dataPlane)).at(-1)).toBe('delta 1..2');
  expect(reads).not.toHaveBeenCalled();

  const nodes = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`10.0.${i}.1:${1_000 + i}`, 1]));
  const changes = Array.from({ length: 2_100 }, (_, i) => {
    return { op: 'put', kind: 'upstream', id: `large-${i}`, value: { nodes } };
  });
  expect((await plane.call('POST', '/api/v1/groups/default/change-sets', { changes })).status).toBe(200);
  for (const dataPlane of dataPlanes) expect((await caughtUp(plane, dataPlane)).at(-1)).toBe('delta 2..3');
  expect(reads).toHaveBeenCalledTimes(ids.length);
});

test('a revision does not wait for the next poll', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  const startedAt = Date.now();
  for (let i = 0; i < 20; i += 1) {
    await put(plane, 'a', `/a/${i}`);
    await caughtUp(plane, dataPlane);
  }
  // By the poll alone it would take twenty seconds.
  expect(Date.now() - startedAt).toBeLessThan(19_000);
});

test('nothing is lost when the listening connection is cut, and notifications work again after', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'sluice-listen' AND datname = current_database()`;
  for (let i = 0; i < 5; i += 1) {
    await plane.database.query(cut);
    await put(plane, `cut-${i}`, `/cut/${i}`);
  }
  await caughtUp(plane, dataPlane);
  expect(dataPlane.state.size).toBe(5);
  const listening = `SELECT count(*) AS count FROM pg_stat_activity
    WHERE application_name = 'sluice-listen' AND datname = current_database() AND query = 'LISTEN sluice_revision'`;
  await vi.waitFor(async () => expect(await plane.database.query(listening)).toEqual([{ count: 1 }]), WITHIN);
});

test('a listening connection behind a link that hangs is found out and replaced', async () => {
  await using first = await startControlPlane();
  const { hostname, port, pathname } = new URL(first.databaseUrl);
  expect(hostname).toBe('127.0.0.1');
  await using link = await FaultyProxy.start(Number(port));
  const databaseUrl = first.databaseUrl.replace(`:${port}${pathname}`, `:${new URL(link.url).port}${pathname}`);
  await using behind = await startControlPlane({ SLUICE_DATABASE_URL: databaseUrl, SLUICE_DATA_DIR: first.dataDir });
  const select = `SELECT pid FROM pg_stat_activity
    WHERE application_name = 'sluice-listen' AND datname = current_database() AND query = 'LISTEN sluice_revision'`;
  const listening = async () => (await first.database.query<{ pid: number }[]>(select)).map(({ pid }) => pid);
  const before = await listening();
  expect(before).toHaveLength(2);
  // What is open now stays open, and never passes anything again.
  link.hang();
  link.pass();
  await put(first, 'a', '/a');
  await vi.waitFor(
    async () => expect((await listening()).filter((pid) => !before.includes(pid))).toHaveLength(1),
    WITHIN,
  );
  using dataPlane = connectDataPlane(behind);
  await caughtUp(first, dataPlane);
  // The other connections are still dead: a control plane that stops would wait for them.
  link.cut();
});

test('a data plane that reads nothing is brought forward by one compacted step', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  dataPlane.pause();
  // More than the transport buffers, so that the control plane feels the pause.
  for (let i = 0; i < 40; i += 1) await putMany(plane, 100, `${i}`.padEnd(200, 'x'));
  const before = dataPlane.batches.length;
  dataPlane.resume();
  await caughtUp(plane, dataPlane);
  expect(dataPlane.batches.length - before).toBeLessThan(30);
});

test('a revision made at one control plane reaches the data planes of another', async () => {
  await using first = await startControlPlane();
  await using second = await startControlPlane({
    SLUICE_DATABASE_URL: first.databaseUrl,
    SLUICE_DATA_DIR: first.dataDir,
  });
  using dataPlane = connectDataPlane(second);
  await caughtUp(second, dataPlane);
  await put(first, 'a', '/a');
  expect(await caughtUp(second, dataPlane)).toEqual(['snapshot 0..0', 'delta 0..1']);
});

test('under a burst of writers no revision is skipped over and the digest comes out', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  const writer = async (name: number): Promise<void> => {
    for (let i = 0; i < 25; i += 1) await put(plane, `w${name}-${i % 5}`, `/w/${name}/${i}`);
  };
  await Promise.all(Array.from({ length: 10 }, (_, name) => writer(name)));
  await caughtUp(plane, dataPlane);
  expect(dataPlane.state.revision).toBe(250);
  expect(dataPlane.batches.slice(1).every((batch, i) => batch.baseRevision === dataPlane.batches[i]?.revision)).toBe(
    true,
  );
});

test('a data plane that is configured elsewhere is sent nothing, and what it reports is heard', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  using dataPlane = connectDataPlane(plane, { source: 'etcd' });
  using fed = connectDataPlane(plane, { instance_id: 'dp-2' });
  await caughtUp(plane, fed);
  dataPlane.send({ resync: { reason: 'a test' } });
  dataPlane.send({ ack: { revision: 1, digest: fed.state.digest } });
  await vi.waitFor(async () => {
    const { list } = (await plane.call('GET', '/api/v1/groups/default/instances')).body;
    expect(list[0]).toMatchObject({ id: 'dp-1', applied_revision: 1, digest_ok: true, lag: 0 });
  }, WITHIN);
  expect(dataPlane.batches).toEqual([]);
  expect(dataPlane.ended).toBeUndefined();
});

test('the outbox is emptied where no etcd is configured', async () => {
  await using plane = await startControlPlane();
  await put(plane, 'a', '/a');
  await vi.waitFor(async () => expect(await plane.database.query('SELECT * FROM outbox')).toEqual([]), WITHIN);
});

test('a control plane that stops ends its streams, so that data planes look for another one', async () => {
  const plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  await caughtUp(plane, dataPlane);
  await plane[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(dataPlane.ended?.code).toBe(status.UNAVAILABLE), WITHIN);
});

import { startEtcd, startPostgresServer, startUpstream, type TestEtcd } from '@sluice/testing';
import { expect, test } from 'vitest';
import { type House, startHouse, until } from '../src/index.ts';

const nodes = (port: number) => ({ nodes: { [`127.0.0.1:${port}`]: 1 } });
const statusOf = async (house: House, path: string) => (await fetch(house.proxyUrl + path)).status;
const inEtcdMode = ({ url }: TestEtcd) => ({ SLUICE_ETCD_ENDPOINTS: url, SLUICE_SOURCE: 'etcd' });

/** The data planes that the control plane knows. */
async function instances(house: House) {
  const { body } = await house.admin.call('GET', '/api/v1/groups/default/instances');
  return (body as { list: { status: string; applied_revision: number; digest_ok: boolean; lag: number }[] }).list;
}

/** Forgets the history of etcd, all of it. */
async function compact({ url }: TestEtcd): Promise<void> {
  const call = async (path: string, body: object): Promise<{ header: { revision: string } }> => {
    const response = await fetch(`${url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as { header: { revision: string } };
  };
  const { header } = await call('range', { key: 'AA==' });
  await call('compaction', { revision: header.revision, physical: true });
}

test('what is written through the Admin API is served, and the control plane hears what became of it', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using etcd = await startEtcd();
  await using house = await startHouse(inEtcdMode(etcd));
  await house.admin.put('routes/r1', { uri: '/one', upstream: nodes(origin.port) });
  const { applied_revision: revision } = await house.untilInSync();
  expect(await statusOf(house, '/one')).toBe(200);
  await until(async () => {
    const [instance] = await instances(house);
    return instance?.status === 'healthy' && instance.applied_revision === revision && instance.digest_ok;
  }, 'The acknowledgement');
});

test('with a key ring, a consumer whose key is encrypted in etcd is let in', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using etcd = await startEtcd();
  await using house = await startHouse({ ...inEtcdMode(etcd), SLUICE_ETCD_KEYRING: 'edd1c9f0985e76a2' });
  await house.admin.put('consumers/jack', { username: 'jack', plugins: { 'key-auth': { key: 'jacks-key' } } });
  const route = { uri: '/one', plugins: { 'key-auth': {} }, upstream: nodes(origin.port) };
  await house.admin.put('routes/r1', route);
  await house.untilInSync();
  expect(await statusOf(house, '/one')).toBe(401);
  expect((await fetch(`${house.proxyUrl}/one`, { headers: { apikey: 'jacks-key' } })).status).toBe(200);
});

test('a data plane serves, and starts, with control plane, database and etcd down', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using etcd = await startEtcd();
  await using postgres = await startPostgresServer();
  await using house = await startHouse({ ...inEtcdMode(etcd), SLUICE_DATABASE_URL: postgres.url('postgres') });
  await house.admin.put('routes/r1', { uri: '/one', upstream: nodes(origin.port) });
  await house.untilInSync();

  await postgres.kill();
  await house.controlPlane.end('SIGKILL');
  expect(await statusOf(house, '/one')).toBe(200);
  await house.dataPlane.end('SIGTERM');
  await house.startDataPlane();
  expect(await statusOf(house, '/one')).toBe(200);
  await etcd.kill();
  await house.dataPlane.end('SIGTERM');
  await house.startDataPlane();
  expect(await statusOf(house, '/one')).toBe(200);

  await Promise.all([postgres.restart(), etcd.restart()]);
  await house.startControlPlane();
  await house.admin.put('routes/r2', { uri: '/two', upstream: nodes(origin.port) });
  await house.untilInSync();
  expect(await statusOf(house, '/two')).toBe(200);
});

test('a data plane whose place in the history of etcd is compacted away reads everything again', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using etcd = await startEtcd();
  await using house = await startHouse(inEtcdMode(etcd));
  await house.admin.put('routes/r1', { uri: '/one', upstream: nodes(origin.port) });
  await house.untilInSync();

  house.dataPlane.signal('SIGSTOP');
  for (const id of ['r2', 'r3', 'r4'])
    await house.admin.put(`routes/${id}`, { uri: `/${id}`, upstream: nodes(origin.port) });
  await house.admin.remove('routes/r1');
  await until(async () => {
    const { body } = await house.admin.call('GET', '/api/v1/groups/default/overview');
    return (body as { etcd: { head_revision: number } }).etcd.head_revision === 5;
  }, 'Everything in etcd');
  await compact(etcd);
  // Ends the watch, which would still have been sent what it has missed.
  await etcd.restart();
  house.dataPlane.signal('SIGCONT');

  await house.untilInSync();
  expect(await statusOf(house, '/r4')).toBe(200);
  expect(await statusOf(house, '/one')).toBe(404);
});

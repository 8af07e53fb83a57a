import { apisixEncryption, EtcdClient } from '@sluice/sync/etcd';
import { startEtcd, type TestEtcd } from '@sluice/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const PREFIX = '/their-apisix';
const KEY = 'qeddd145sfvddff3';

let etcd: TestEtcd;
let plane: TestControlPlane;
beforeAll(async () => {
  etcd = await startEtcd();
  plane = await startControlPlane({ SLUICE_ETCD_ENDPOINTS: etcd.url, SLUICE_ETCD_PREFIX: '/ours' });
});
afterAll(async () => {
  await plane[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

const encoder = apisixEncryption([KEY], (kind) => (kind === 'consumer' ? ['plugins.key-auth.key'] : [])).encode;

/** Writes keys as APISIX does. */
async function write(values: Readonly<Record<string, string>>): Promise<void> {
  const client = new EtcdClient({ endpoints: [etcd.url] });
  const puts = Object.entries(values).map(([key, value]) => ({
    request_put: { key: Buffer.from(PREFIX + key), value: Buffer.from(value) },
  }));
  await client.write([], puts);
  client.close();
}

test('what an APISIX has stored is read with its secrets decrypted, and what is no resource is named', async () => {
  const consumer = Buffer.from(JSON.stringify(sampleConsumer('jack', 'secret-of-jack')));
  await write({
    '/routes/': 'init_dir',
    '/routes/1': JSON.stringify({ id: '1', ...sampleRoute('/a') }),
    '/routes/2': 'broken',
    '/consumers/jack': Buffer.from(encoder('consumer', 'jack', consumer)).toString(),
  });
  await plane.call('POST', '/api/v1/groups', { name: 'taken', etcd_prefix: '/elsewhere' });
  const source = { type: 'etcd', endpoints: [etcd.url], prefix: PREFIX, keyring: [KEY] };
  const { status, body } = await plane.call('POST', '/api/v1/groups/taken/imports', { source });

  expect([status, body.summary]).toEqual([200, expect.objectContaining({ create: 2 })]);
  expect(body.report).toEqual([
    { level: 'dropped', path: '/routes/2', message: expect.stringContaining('not JSON') as string },
  ]);
  const read = await plane.call('GET', '/groups/taken/apisix/admin/consumers/jack');
  expect(read.body.value.plugins['key-auth'].key).toBe('secret-of-jack');
});

test('a group that is made is published without a restart, and one that is deleted is not any more', async () => {
  await plane.call('POST', '/api/v1/groups', { name: 'brief', etcd_prefix: '/brief' });
  await plane.call('PUT', '/groups/brief/apisix/admin/routes/1', sampleRoute('/a'));
  const published = async () => (await plane.call('GET', '/api/v1/groups/brief/overview')).body.etcd;
  await vi.waitFor(async () => expect(await published()).toMatchObject({ head_revision: 1 }), { timeout: 15_000 });
  expect((await plane.call('DELETE', '/api/v1/groups/brief?force=true')).status).toBe(200);
  expect(await plane.database.query(`SELECT 1 FROM publication WHERE prefix = '/brief'`)).toEqual([]);
});

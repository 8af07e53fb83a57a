import { startEtcd, type TestEtcd } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AuditView } from '../src/audit/audit-log.ts';
import { headOf } from './data-plane-client.ts';
import { EtcdFollower, EtcdKeys } from './etcd-follower.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const WITHIN = { timeout: 20_000, interval: 20 };

let etcd: TestEtcd;
let prefix: string;
let prefixes = 0;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd[Symbol.asyncDispose]());

const route = (path: string) => ({ uri: path, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
const put = (plane: TestControlPlane, id: string, path: string) =>
  plane.call('PUT', `/api/v1/groups/default/resources/routes/${id}`, route(path));
const overview = async (plane: TestControlPlane) => (await plane.call('GET', '/api/v1/groups/default/overview')).body;

/** A control plane that publishes below a prefix of its own. */
function startPublishing(env: Record<string, string> = {}): Promise<TestControlPlane> {
  prefix = `/apisix-${(prefixes += 1)}`;
  return startControlPlane({ SLUICE_ETCD_ENDPOINTS: etcd.url, SLUICE_ETCD_PREFIX: prefix, ...env });
}

/** The repairs in the audit trail, newest first. */
async function repairs(plane: TestControlPlane): Promise<AuditView[]> {
  const { list } = (await plane.call('GET', '/api/v1/audit?limit=200')).body as { list: AuditView[] };
  return list.filter(({ action }) => action === 'etcd.repair');
}

async function untilPublished(plane: TestControlPlane, keys: EtcdKeys): Promise<void> {
  await vi.waitFor(async () => expect(await keys.head()).toMatchObject(await headOf(plane)), WITHIN);
}

test('without etcd nothing is said about it', async () => {
  await using plane = await startControlPlane();
  expect(await overview(plane)).not.toHaveProperty('etcd');
  expect((await plane.call('GET', '/api/v1/system')).body.etcd).toBe(false);
});

test('a prefix in which an APISIX keeps its configuration is left alone, and the overview says so', async () => {
  using keys = new EtcdKeys(etcd.url, `/apisix-${prefixes + 1}`);
  const theirs = {
    [`/apisix-${prefixes + 1}/routes/`]: 'init_dir',
    [`/apisix-${prefixes + 1}/routes/1`]: '{"uri":"/"}',
  };
  for (const [key, value] of Object.entries(theirs)) await keys.put(key, value);
  await using plane = await startPublishing();
  await put(plane, 'a', '/a');
  await vi.waitFor(async () => {
    const reason = expect.stringContaining('has not published') as string;
    expect((await overview(plane)).etcd).toMatchObject({ connected: true, reason, head_revision: 0 });
  }, WITHIN);
  expect(await keys.read()).toEqual(theirs);
});

test('every revision arrives in order, with the digest that comes out of the keys', async () => {
  await using plane = await startPublishing();
  await using follower = new EtcdFollower(etcd.url, prefix);
  for (let i = 1; i <= 5; i += 1) {
    await put(plane, 'a', `/a/${i}`);
    await vi.waitFor(async () => expect(follower.held).toEqual(await headOf(plane)), WITHIN);
  }
  expect(follower.revisions.filter((revision) => revision > 0)).toEqual([1, 2, 3, 4, 5]);
  expect(follower.complaints).toEqual([]);
  expect((await plane.call('GET', '/api/v1/system')).body.etcd).toBe(true);
  await vi.waitFor(async () => {
    expect((await overview(plane)).etcd).toMatchObject({ connected: true, reason: null, head_revision: 5 });
    expect(await plane.database.query('SELECT * FROM outbox')).toEqual([]);
  }, WITHIN);
});

test('a revision of 10,000 routes arrives whole, in more than one transaction', async () => {
  await using plane = await startPublishing();
  await using follower = new EtcdFollower(etcd.url, prefix);
  const changes = Array.from({ length: 10_000 }, (_, i) => {
    return { op: 'put', kind: 'route', id: `many-${i}`, value: route(`/many/${i}`) };
  });
  expect((await plane.call('POST', '/api/v1/groups/default/change-sets', { changes })).status).toBe(200);
  await vi.waitFor(async () => expect(follower.held).toEqual(await headOf(plane)), WITHIN);
  expect(follower.state.size).toBe(10_000);
  expect(follower.revisions).toEqual([0, 1]);
});

test('a group has keys of its own, also where its prefix begins like that of another', async () => {
  await using plane = await startPublishing();
  await plane.database.query(`INSERT INTO gateway_group (name, etcd_prefix) VALUES ('prod', $1)`, [`${prefix}-prod`]);
  await using ours = new EtcdFollower(etcd.url, prefix);
  await using theirs = new EtcdFollower(etcd.url, `${prefix}-prod`);
  await put(plane, 'a', '/a');
  await plane.call('PUT', '/api/v1/groups/prod/resources/routes/b', route('/b'));
  await vi.waitFor(() => {
    expect([...ours.state.values()].map(({ id }) => id)).toEqual(['a']);
    expect([...theirs.state.values()].map(({ id }) => id)).toEqual(['b']);
  }, WITHIN);
  expect(await repairs(plane)).toEqual([]);
});

test('a prefix that overlaps that of another group keeps the control plane from starting', async () => {
  await using plane = await startPublishing();
  await plane.database.query(`INSERT INTO gateway_group (name, etcd_prefix) VALUES ('prod', '/shared/prod')`);
  const { databaseUrl, dataDir } = plane;
  const second = startControlPlane({
    SLUICE_DATABASE_URL: databaseUrl,
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ETCD_ENDPOINTS: etcd.url,
    SLUICE_ETCD_PREFIX: '/shared',
  });
  await expect(second).rejects.toThrow('SLUICE_ETCD_PREFIX: /shared overlaps');
});

test('with a key ring secrets stand in etcd as APISIX encrypts them, and the digest is still that of the plain ones', async () => {
  await using plane = await startPublishing({ SLUICE_ETCD_KEYRING: 'edd1c9f0985e76a2,qeddd145sfvddff3' });
  using keys = new EtcdKeys(etcd.url, prefix);
  const consumer = { username: 'jack', plugins: { 'key-auth': { key: 'plain-secret' } } };
  await plane.call('PUT', '/api/v1/groups/default/resources/consumers/jack', consumer);
  await untilPublished(plane, keys);
  expect(JSON.parse((await keys.read())[`${prefix}/consumers/jack`] ?? '')).toMatchObject({
    username: 'jack',
    plugins: { 'key-auth': { key: expect.stringMatching(/^[\w+/]{22}==$/) as string } },
  });
});

describe('what somebody else does in etcd', () => {
  test('an edit is undone with the next epoch, and recorded without its value', async () => {
    await using plane = await startPublishing();
    using keys = new EtcdKeys(etcd.url, prefix);
    await put(plane, 'a', '/a');
    await untilPublished(plane, keys);
    const before = await keys.head();
    const published = await keys.read('/routes/');

    await keys.put(`${prefix}/routes/a`, '{"uri":"/evil-twin"}');
    await vi.waitFor(async () => expect(await repairs(plane)).toHaveLength(1), WITHIN);

    expect(await keys.read('/routes/')).toEqual(published);
    const after = await keys.head();
    expect(after).toMatchObject({ revision: before.revision, digest: before.digest });
    expect(after.epoch).toBeGreaterThan(before.epoch);
    const [entry] = await repairs(plane);
    expect(entry).toMatchObject({ actor_type: 'system', group: 'default', kind: 'route', id: 'a' });
    expect(entry?.detail).toEqual({ keys: [`${prefix}/routes/a`], count: 1, epoch: after.epoch });
    await vi.waitFor(async () => {
      const last = { at: expect.any(String) as string, key: `${prefix}/routes/a` };
      const shown = { epoch: after.epoch, foreign_edits: 1, last_foreign_edit: last };
      expect((await overview(plane)).etcd).toMatchObject(shown);
    }, WITHIN);
  });

  test('everything below the prefix deleted, our own keys too: it is written again', async () => {
    await using plane = await startPublishing();
    using keys = new EtcdKeys(etcd.url, prefix);
    for (const id of ['a', 'b', 'c']) await put(plane, id, `/${id}`);
    await untilPublished(plane, keys);

    await keys.remove(`${prefix}/`);
    await vi.waitFor(async () => expect(Object.keys(await keys.read('/routes/'))).toHaveLength(3), WITHIN);
    await untilPublished(plane, keys);
    await vi.waitFor(async () => expect(await repairs(plane)).toHaveLength(1), WITHIN);
  });

  test('what was done while nobody led is found by the next leader', async () => {
    await using plane = await startPublishing();
    using keys = new EtcdKeys(etcd.url, prefix);
    await put(plane, 'a', '/a');
    await untilPublished(plane, keys);
    const { databaseUrl, dataDir } = plane;
    const env = { SLUICE_DATABASE_URL: databaseUrl, SLUICE_DATA_DIR: dataDir, SLUICE_ETCD_ENDPOINTS: etcd.url };
    await plane.app.close();

    await keys.put(`${prefix}/routes/planted`, '{"uri":"/planted"}');
    await using successor = await startControlPlane({ ...env, SLUICE_ETCD_PREFIX: prefix });
    await put(successor, 'b', '/b');
    await untilPublished(successor, keys);

    await vi.waitFor(async () => {
      expect(Object.keys(await keys.read('/routes/'))).toEqual([`${prefix}/routes/a`, `${prefix}/routes/b`]);
      expect(await repairs(successor)).toMatchObject([{ kind: 'route', id: 'planted' }]);
    }, WITHIN);
  });
});

describe('an etcd that is away', () => {
  test.each(['killed', 'silent'] as const)('%s: writes go on, the overview says so, nothing is lost', async (how) => {
    await using plane = await startPublishing();
    await using follower = new EtcdFollower(etcd.url, prefix);
    await put(plane, 'a', '/a');
    await vi.waitFor(async () => expect(follower.held).toEqual(await headOf(plane)), WITHIN);

    await (how === 'killed' ? etcd.kill() : etcd.pause());
    for (let i = 0; i < 20; i += 1) expect((await put(plane, `b-${i}`, '/b')).status).toBe(201);
    await vi.waitFor(async () => {
      const reason = 'etcd cannot be reached.';
      expect((await overview(plane)).etcd).toMatchObject({ connected: false, reason, head_revision: 1 });
    }, WITHIN);
    await (how === 'killed' ? etcd.restart() : etcd.resume());

    await vi.waitFor(async () => {
      expect(follower.held).toEqual(await headOf(plane));
      expect((await overview(plane)).etcd).toMatchObject({ connected: true, reason: null, head_revision: 21 });
    }, WITHIN);
    expect(follower.complaints).toEqual([]);
    expect(await repairs(plane)).toEqual([]);
  });

  test('one that comes back empty is filled again', async () => {
    await using own = await startEtcd();
    await using plane = await startPublishing({ SLUICE_ETCD_ENDPOINTS: own.url });
    using keys = new EtcdKeys(own.url, prefix);
    await put(plane, 'a', '/a');
    await untilPublished(plane, keys);
    const { databaseUrl, dataDir } = plane;
    await plane.app.close();

    await using empty = await startEtcd();
    await using successor = await startControlPlane({
      SLUICE_DATABASE_URL: databaseUrl,
      SLUICE_DATA_DIR: dataDir,
      SLUICE_ETCD_ENDPOINTS: empty.url,
      SLUICE_ETCD_PREFIX: prefix,
    });
    await using follower = new EtcdFollower(empty.url, prefix);
    await vi.waitFor(async () => expect(follower.held).toEqual(await headOf(successor)), WITHIN);
    expect(await repairs(successor)).toEqual([]);
  });
});

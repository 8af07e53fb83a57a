import { eventually } from '@sluice/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withKey } from './credentials.ts';
import { connectDataPlane } from './data-plane-client.ts';
import { sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUPS = '/api/v1/groups';

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());

const make = (body: object) => plane.call('POST', GROUPS, body);
const idOf = async (name: string): Promise<number> => {
  const [row] = await plane.database.query('SELECT id FROM gateway_group WHERE name = $1', [name]);
  return row.id;
};

describe('a group is refused', () => {
  test.each([
    [{ name: 'Prod' }, 400, '/name'],
    [{ name: '-a' }, 400, '/name'],
    [{}, 400, '/name'],
    [{ name: 'a', etcd_prefix: 'x' }, 400, '/etcd_prefix'],
    [{ name: 'a', etcd_prefix: '/x/' }, 400, '/etcd_prefix'],
    [{ name: 'a', etcd_prefix: '/x//y' }, 400, '/etcd_prefix'],
    [{ name: 'a', etcd_prefix: '/x/../y' }, 400, '/etcd_prefix'],
    [{ name: 'a', etcd_prefix: '/apisix/inner' }, 409, '/etcd_prefix'],
    [{ name: 'a', etcd_prefix: '/apisix' }, 409, '/etcd_prefix'],
    [{ name: 'default' }, 409, undefined],
  ])('%j', async (body, status, field) => {
    const answer = await make(body);
    expect([answer.status, answer.body.error.field ?? undefined]).toEqual([status, field]);
  });
});

test('a group that was made serves both APIs at once, under a prefix of its own', async () => {
  const { status, body } = await make({ name: 'staging', description: 'Before production' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: 'staging', etcd_prefix: '/sluice/staging', revision: 0, resource_count: 0 });
  const written = await plane.call('PUT', '/groups/staging/apisix/admin/routes/1', sampleRoute('/a'));
  expect([written.status, written.body.key]).toEqual([201, '/sluice/staging/routes/1']);
  const { body: group } = await plane.call('GET', `${GROUPS}/staging`);
  expect(group).toMatchObject({ revision: 1, resource_count: 1, instances: { total: 0, connected: 0 } });
  expect((await plane.call('GET', '/apisix/admin/routes')).body.total).toBe(0);
});

test('two groups of one prefix are never made, whoever is quicker', async () => {
  const answers = await Promise.all(
    ['one', 'two', 'three'].map((name) => make({ name, etcd_prefix: '/shared/prefix' })),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
});

test('a description is changed by admins of the group, and noted', async () => {
  await make({ name: 'described' });
  const admin = await withKey(plane, 'admin', await idOf('described'));
  const editor = await withKey(plane, 'editor', await idOf('described'));
  const edit = (headers: Record<string, string>) =>
    plane.call('PATCH', `${GROUPS}/described`, { description: 'new' }, headers);
  expect((await edit(editor)).status).toBe(403);
  expect((await edit(admin)).body).toMatchObject({ description: 'new' });
  expect((await plane.call('PATCH', `${GROUPS}/described`, { name: 'other' })).status).toBe(400);
});

test('everybody sees the groups in which they have a role, and admins of one group delete none', async () => {
  await make({ name: 'mine' });
  const key = await withKey(plane, 'admin', await idOf('mine'));
  const { body } = await plane.call('GET', GROUPS, undefined, key);
  expect(body.list.map(({ name }: { name: string }) => name)).toEqual(['mine']);
  expect((await plane.call('DELETE', `${GROUPS}/mine`, undefined, key)).status).toBe(403);
  expect((await plane.call('POST', GROUPS, { name: 'more' }, key)).status).toBe(403);
});

test('a data plane joins a group that was made after the start, and keeps it from being deleted by mistake', async () => {
  await make({ name: 'joined' });
  await plane.call('PUT', '/groups/joined/apisix/admin/routes/1', sampleRoute('/a'));
  using dataPlane = connectDataPlane(plane, { group: 'joined', instance_id: 'dp-of-joined' });
  await eventually(() => expect(dataPlane.state.revision).toBe(1));
  await plane.call('PUT', '/groups/joined/apisix/admin/routes/2', sampleRoute('/b'));
  await eventually(() => expect(dataPlane.state.revision).toBe(2));
  await eventually(async () => {
    const { body } = await plane.call('GET', `${GROUPS}/joined`);
    expect(body.instances).toEqual({ total: 1, connected: 1 });
  });
  const { status, body } = await plane.call('DELETE', `${GROUPS}/joined`);
  expect([status, body.error.message]).toEqual([428, expect.stringContaining('dp-of-joined')]);
});

describe('deleting', () => {
  test('spares the default group, and a group in use unless it is insisted', async () => {
    expect((await plane.call('DELETE', `${GROUPS}/default?force=true`)).status).toBe(400);
    await make({ name: 'used' });
    await plane.call('PUT', '/groups/used/apisix/admin/routes/1', sampleRoute('/a'));
    const refused = await plane.call('DELETE', `${GROUPS}/used`);
    expect([refused.status, refused.body.error.message]).toEqual([428, expect.stringContaining('1 resource')]);
    await plane.call('PUT', `${GROUPS}/used/revisions/1/labels/v1`, {});
    await plane.call('POST', `${GROUPS}/used/revisions/1/comments`, { text: 'hello' });

    expect((await plane.call('DELETE', `${GROUPS}/used?force=true`)).body).toEqual({ deleted: 'used' });
    expect((await plane.call('GET', `${GROUPS}/used`)).status).toBe(404);
    expect((await plane.call('PUT', '/groups/used/apisix/admin/routes/1', sampleRoute('/a'))).status).not.toBe(201);
  });

  test('leaves nothing of the group behind but the trail that proves what it was', async () => {
    await make({ name: 'gone' });
    await plane.call('PUT', '/groups/gone/apisix/admin/routes/1', sampleRoute('/a'));
    const id = await idOf('gone');
    const { body: before } = await plane.call('GET', `${GROUPS}/gone`);
    await plane.call('DELETE', `${GROUPS}/gone?force=true`);
    const tables: { table_name: string }[] = await plane.database.query(
      `SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'group_id'`,
    );
    for (const { table_name: table } of tables) {
      expect(await plane.database.query(`SELECT 1 FROM "${table}" WHERE group_id = $1`, [id]), table).toEqual([]);
    }
    const [entry] = await plane.database.query(
      `SELECT detail FROM audit_entry WHERE action = 'group.delete' AND group_name = 'gone'`,
    );
    expect(entry.detail).toMatchObject({ revision: 1, resources: 1, digest: before.digest });
  });

  test('and what refers to a group is deleted with it, in every table that there will ever be', async () => {
    const rows: { table: string }[] = await plane.database.query(
      `SELECT conrelid::regclass::text AS "table" FROM pg_constraint
       WHERE contype = 'f' AND confrelid = 'gateway_group'::regclass AND confdeltype <> 'c'`,
    );
    // These are history: deleted by name, and never along the way.
    expect(rows.map(({ table }) => table).toSorted()).toEqual(['outbox', 'revision']);
  });
});

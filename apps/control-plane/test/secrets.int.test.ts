import { testAuthority } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withKey } from './credentials.ts';
import { resources, sampleConsumer } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const consumers = `${resources}/consumers`;
const SECRET = 'a-key-that-nobody-may-read';
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

test('a redaction where no secret is stored is refused, naming the field', async () => {
  const answer = await plane.call('PUT', `${consumers}/new`, sampleConsumer('new', '__redacted__'));

  expect(answer).toMatchObject({ status: 400, body: { error: { field: '/plugins/key-auth/key' } } });
});

test('a key that another consumer has is refused without saying the key', async () => {
  await plane.call('PUT', `${consumers}/first`, sampleConsumer('first', 'shared-key'));
  const answer = await plane.call('PUT', `${consumers}/second`, sampleConsumer('second', 'shared-key'));

  expect(answer.status).toBe(400);
  expect(answer.body.error.message).toBe('duplicate key of plugin key-auth found with consumer: first');
});

test('a key is free again when its consumer has another one or is gone', async () => {
  await plane.call('PUT', `${consumers}/first`, sampleConsumer('first', 'other-key'));

  expect((await plane.call('PUT', `${consumers}/second`, sampleConsumer('second', 'shared-key'))).status).toBe(201);
});

test('two consumers may swap their keys in one change set', async () => {
  const changes = ['first', 'second'].map((id, i) => {
    const key = ['shared-key', 'other-key'][i] ?? '';
    return { op: 'put', kind: 'consumer', id, value: sampleConsumer(id, key) };
  });

  expect((await plane.call('POST', '/api/v1/groups/default/change-sets', { changes })).status).toBe(200);
});

test('a secret is stored sealed and shown masked; the Admin API gives it back', async () => {
  await plane.call('PUT', `${consumers}/jack`, sampleConsumer('jack', SECRET));

  const shown = await plane.call('GET', `${consumers}/jack`);
  const admin = await plane.call('GET', '/apisix/admin/consumers/jack');
  const stored = await plane.database.query(`SELECT to_jsonb(r)::text AS row FROM resource r WHERE id = 'jack'`);

  expect(shown.body.value.plugins['key-auth'].key).toBe('__redacted__');
  expect(admin.body.value.plugins['key-auth'].key).toBe(SECRET);
  expect(stored[0].row).not.toContain(SECRET);
});

test('an edit of a masked form keeps the secret and changes the rest', async () => {
  const { value } = (await plane.call('GET', `${consumers}/jack`)).body;
  const edited = await plane.call('PUT', `${consumers}/jack`, { ...value, desc: 'edited' });

  expect(edited.status).toBe(200);
  const admin = await plane.call('GET', '/apisix/admin/consumers/jack');
  expect(admin.body.value).toMatchObject({ desc: 'edited', plugins: { 'key-auth': { key: SECRET } } });
});

test('sending a masked form back unchanged makes no revision', async () => {
  const { value } = (await plane.call('GET', `${consumers}/jack`)).body;

  expect((await plane.call('PUT', `${consumers}/jack`, value)).body.revision).toBeNull();
});

test('history and audit trail never hold a secret', async () => {
  const { body } = await plane.call('GET', '/api/v1/groups/default/revisions?kind=consumer&id=jack');
  const [{ number }] = body.list;
  const detail = await plane.call('GET', `/api/v1/groups/default/revisions/${number}`);
  const rows = await plane.database.query(`
    SELECT to_jsonb(v)::text AS row FROM resource_version v
    UNION ALL SELECT to_jsonb(a)::text FROM audit_entry a
    UNION ALL SELECT to_jsonb(r)::text FROM revision r`);

  expect(JSON.stringify(detail.body)).toContain('__redacted__');
  expect(JSON.stringify(detail.body) + JSON.stringify(rows)).not.toContain(SECRET);
});

describe('whoever reads a secret in plain', () => {
  const admin = '/apisix/admin';
  const reads = async () => {
    const select = "SELECT actor, kind, id, detail FROM audit_entry WHERE action = 'secret.read' ORDER BY seq";
    return plane.database.query(select);
  };

  test('is noted, with what was read and never the secret', async () => {
    await plane.call('PUT', `${admin}/consumers/tim`, sampleConsumer('tim', 'key-of-tim'));
    const before = (await reads()).length;
    await plane.call('GET', `${admin}/consumers/tim`);
    await plane.call('GET', `${admin}/consumers?page=1&page_size=10`);

    const [one, list] = (await reads()).slice(before);
    expect(one).toMatchObject({ kind: 'consumer', id: 'tim', detail: { resources: 1 } });
    expect(list).toMatchObject({ kind: 'consumer', id: null });
    expect(list.detail.resources).toBeGreaterThan(0);
    expect(JSON.stringify(await reads())).not.toContain('key-of-tim');
  });

  test('is nobody where there was no secret to read', async () => {
    await plane.call('PUT', `${admin}/consumers/plain`, { username: 'plain' });
    await plane.call('PUT', `${admin}/ssls/1`, { ...testAuthority().issue({ names: ['a.com'] }), sni: 'a.com' });
    const before = (await reads()).length;
    await plane.call('GET', `${admin}/consumers/plain`);
    await plane.call('GET', `${admin}/ssls/1`);
    await plane.call('GET', `${admin}/ssls`);
    await plane.call('GET', `${consumers}/tim`);

    expect(await reads()).toHaveLength(before);
  });

  test('has a key that may write: a viewer reads it masked, one or many', async () => {
    const viewer = await withKey(plane, 'viewer');
    const before = (await reads()).length;
    const one = await plane.call('GET', `${admin}/consumers/tim`, undefined, viewer);
    const many = await plane.call('GET', `${admin}/consumers`, undefined, viewer);
    const certificate = await plane.call('GET', `${admin}/ssls/1`, undefined, viewer);

    expect(one.body.value.plugins['key-auth'].key).toBe('__redacted__');
    expect(JSON.stringify(many.body)).not.toContain('key-of-tim');
    expect(certificate.body.value).not.toHaveProperty('key');
    expect(await reads()).toHaveLength(before);
  });
});

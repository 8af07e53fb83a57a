import { afterAll, beforeAll, expect, test } from 'vitest';
import { withKey } from './credentials.ts';
import { resources } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin/secrets';
const store = { uri: 'http://127.0.0.1:8200', prefix: 'kv/apisix', token: 'hvs.hush' };
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

test.each([
  ['a manager that is not served', 'PUT', '/aws/1', store, 400, 'invalid secret manager: aws'],
  ['an id without a manager', 'PUT', '/vault', store, 400, 'no secret id'],
  ['a patch without an id', 'PATCH', '/vault', { prefix: 'kv' }, 400, 'no secret id'],
  ['another id in the body', 'PUT', '/vault/1', { ...store, id: 'vault/2' }, 400, 'wrong secret id'],
  ['a generated id', 'POST', '', store, 405, 'not supported `POST` method for secret'],
  ['a part of a store', 'GET', '/vault/1/token', undefined, 404, 'Unsupported resource type: token'],
])('%s is refused', async (_, method, path, body, status, message) => {
  expect(await plane.call(method, admin + path, body)).toMatchObject({ status, body: { error_msg: message } });
});

test('a store without a token is refused by the name of the field', async () => {
  const { token: _token, ...rest } = store;
  const answer = await plane.call('PUT', `${admin}/vault/1`, rest);

  expect(answer).toMatchObject({ status: 400, body: { error_msg: expect.stringContaining('"token" is required') } });
});

test('a store lives under its manager and its name, in both APIs', async () => {
  const put = await plane.call('PUT', `${admin}/vault/1`, { ...store, id: '1' });
  expect(put).toMatchObject({ status: 201, body: { key: '/apisix/secrets/vault/1', value: { id: 'vault/1' } } });

  await plane.call('PATCH', `${admin}/vault/1`, { prefix: 'kv/team' });
  await plane.call('PATCH', `${admin}/vault/1/namespace`, '"prod"');
  expect((await plane.call('GET', `${admin}/vault/1`)).body.value).toMatchObject({
    ...store,
    prefix: 'kv/team',
    namespace: 'prod',
  });
  expect((await plane.call('GET', admin)).body).toMatchObject({ total: 1 });

  const shown = await plane.call('GET', `${resources}/secrets/vault%2F1`);
  expect(shown.body).toMatchObject({ id: 'vault/1', value: { token: '__redacted__' } });

  expect((await plane.call('DELETE', `${admin}/vault/1`)).body).toMatchObject({
    deleted: '1',
    key: '/apisix/secrets/vault/1',
  });
  expect((await plane.call('GET', `${admin}/vault/1`)).status).toBe(404);
});

test('the token of a store is in no revision that an editor reads', async () => {
  await plane.call('PUT', `${admin}/vault/2`, store);
  const list = await plane.call('GET', '/api/v1/groups/default/revisions');
  const shown = await plane.call(
    'GET',
    `/api/v1/groups/default/revisions/${list.body.head}`,
    undefined,
    await withKey(plane, 'editor'),
  );

  expect(shown.body.changes[0]).toMatchObject({ kind: 'secret', id: 'vault/2', after: { token: '__redacted__' } });
  expect(JSON.stringify(shown.body)).not.toContain('hush');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { asBrowser, asOwner, proofIn, signIn } from './browser.ts';
import { addGroup, type Proving, signedIn } from './credentials.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const USERS = '/api/v1/users';
const PASSWORD = 'a long enough one';
let plane: TestControlPlane;
let owner: Proving;

beforeAll(async () => {
  plane = await startControlPlane();
  owner = await asOwner(plane);
  await addGroup(plane, 'prod');
  await addGroup(plane, 'staging');
});
afterAll(() => plane[Symbol.asyncDispose]());

const as = (proving: Proving, method: string, path: string, body?: object): Promise<Answer> =>
  asBrowser(plane, method, path, body, proving);

/** A user with a password of their own; signed in. */
async function newUser(username: string, more: object): Promise<Proving> {
  const body = { username, password: PASSWORD, must_change_password: false, ...more };
  expect((await as(owner, 'POST', USERS, body)).status).toBe(201);
  return proofIn(await signIn(plane, username, PASSWORD));
}

test('an administrator makes no owners, and touches none', async () => {
  const admin = await newUser('boss', { role: 'admin' });
  const refused = await Promise.all([
    as(admin, 'POST', USERS, { username: 'mine', role: 'owner' }),
    as(admin, 'POST', USERS, { username: 'mine', groups: [{ group: 'prod', role: 'owner' }] }),
    as(admin, 'PATCH', `${USERS}/boss`, { role: 'owner' }),
    as(admin, 'PATCH', `${USERS}/admin`, { display_name: 'Mine' }),
    as(admin, 'PATCH', `${USERS}/admin`, { disabled: true }),
    as(admin, 'POST', `${USERS}/admin/password`),
    as(admin, 'DELETE', `${USERS}/admin`),
  ]);
  expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
    refused.map(() => [403, 'ABOVE_YOURSELF']),
  );
});

test('the last owner can neither be disabled nor demoted nor removed', async () => {
  await newUser('second', { role: 'owner' });
  const second = proofIn(await signIn(plane, 'second', PASSWORD));
  expect((await as(second, 'PATCH', `${USERS}/admin`, { role: 'viewer' })).status).toBe(200);
  for (const change of [{ role: 'admin' }, { role: null, groups: [] }]) {
    const answer = await as(second, 'PATCH', `${USERS}/second`, change);
    expect([answer.status, answer.body.error?.message]).toEqual([409, expect.stringContaining('last owner')]);
  }
  expect((await as(second, 'DELETE', `${USERS}/second`)).status).toBe(409);
  expect((await as(second, 'PATCH', `${USERS}/second`, { disabled: true })).status).toBe(409);
  expect((await as(second, 'PATCH', `${USERS}/admin`, { role: 'owner' })).status).toBe(200);
});

test('of two owners who demote each other at once, one stays', async () => {
  const proofs = [await newUser('left', { role: 'owner' }), await newUser('right', { role: 'owner' })];
  await plane.database.query(`UPDATE "user" SET role = NULL WHERE username IN ('admin', 'second')`);
  const [left, right] = proofs as [Proving, Proving];
  const answers = await Promise.all([
    as(left, 'PATCH', `${USERS}/right`, { role: 'viewer' }),
    as(right, 'PATCH', `${USERS}/left`, { role: 'viewer' }),
  ]);
  expect(answers.map(({ status }) => status).toSorted()[0]).toBe(200);
  const owners = await plane.database.query(`SELECT FROM "user" WHERE role = 'owner'`);
  expect(owners).toHaveLength(1);
  await plane.database.query(`UPDATE "user" SET role = 'owner' WHERE username = 'admin'`);
});

test('a temporary password is good for nothing but to choose another', async () => {
  const made = await as(owner, 'POST', USERS, { username: 'fresh', role: 'editor' });
  expect(made.body).toMatchObject({
    user: { must_change_password: true },
    password: expect.stringMatching(/^\S{20,}$/),
  });
  const session = await signIn(plane, 'fresh', made.body.password);
  expect(session.body.must_change_password).toBe(true);
  const proof = proofIn(session);
  const kept = await as(proof, 'GET', '/api/v1/groups/default/resources/routes');
  expect([kept.status, kept.body.error.code]).toEqual([403, 'PASSWORD_CHANGE_NEEDED']);
  const change = { current_password: made.body.password, new_password: PASSWORD };
  expect((await as(proof, 'POST', '/api/v1/session/password', change)).status).toBe(204);
  expect((await as(proof, 'GET', '/api/v1/groups/default/resources/routes')).status).toBe(200);
});

test('a password that is reset ends all sessions of its user and is told once', async () => {
  const proof = await newUser('forgetful', { role: 'viewer' });
  const reset = await as(owner, 'POST', `${USERS}/forgetful/password`);
  expect(reset.status).toBe(200);
  expect((await as(proof, 'GET', '/api/v1/session')).status).toBe(401);
  expect((await signIn(plane, 'forgetful', PASSWORD)).status).toBe(401);
  const again = await signIn(plane, 'forgetful', reset.body.password);
  expect(again.body).toMatchObject({ user: { username: 'forgetful' }, must_change_password: true });
  expect(JSON.stringify(await plane.database.query('SELECT * FROM audit_entry'))).not.toContain(reset.body.password);
});

test('a user who is disabled, removed or without a role is refused by the next request', async () => {
  const cases = [
    () => as(owner, 'PATCH', `${USERS}/leaver-0`, { disabled: true }),
    () => as(owner, 'PATCH', `${USERS}/leaver-1`, { role: null }),
    () => as(owner, 'DELETE', `${USERS}/leaver-2`),
  ];
  for (const [i, leave] of cases.entries()) {
    const proof = await newUser(`leaver-${i}`, { role: 'editor' });
    expect((await as(proof, 'GET', '/api/v1/system')).status).toBe(200);
    expect((await leave()).status).toBeLessThan(300);
    expect((await as(proof, 'GET', '/api/v1/system')).status).toBe(401);
  }
});

test('without any role nobody is let in, and that is said only to who knows the password', async () => {
  await as(owner, 'POST', USERS, { username: 'nobody', password: PASSWORD });
  expect((await signIn(plane, 'nobody', 'wrong')).body.error.code).toBe('BAD_CREDENTIALS');
  const answer = await signIn(plane, 'nobody', PASSWORD);
  expect([answer.status, answer.body.error.code]).toEqual([403, 'NO_ROLE']);
});

test.each([
  [{ username: 'a b' }, '/username'],
  [{ username: '../etc' }, '/username'],
  [{ username: 'x', groups: [{ group: 'nowhere', role: 'viewer' }] }, '/groups/0/group'],
  [{ username: 'x', password: 'short' }, '/password'],
  [{ username: 'x', role: 'king' }, '/role'],
])('%o is no user, and the field that is wrong is named', async (body, field) => {
  expect((await as(owner, 'POST', USERS, body)).body.error).toMatchObject({ code: 'INVALID', field });
});

test('names that differ in case alone are one name', async () => {
  await newUser('Jane', { role: 'viewer' });
  expect((await as(owner, 'POST', USERS, { username: 'jANE', role: 'viewer' })).status).toBe(409);
});

test('the session tells every role, and groups without one are not even listed', async () => {
  const groups = [
    { group: 'prod', role: 'editor' },
    { group: 'staging', role: 'viewer' },
  ];
  const proof = await newUser('member', { groups });
  const { body } = await as(proof, 'GET', '/api/v1/session');
  expect(body).toMatchObject({ user: { username: 'member', role: null }, grants: groups, method: 'password' });
  expect((await as(proof, 'GET', '/api/v1/system')).body.groups).toEqual(['prod', 'staging']);
  const listed = (await as(proof, 'GET', '/api/v1/groups')).body.list.map(({ name }: { name: string }) => name);
  expect(listed).toEqual(['prod', 'staging']);
  expect((await as(proof, 'GET', '/api/v1/groups/default/resources/routes')).status).toBe(403);
  expect((await as(proof, 'PUT', '/api/v1/groups/staging/resources/routes/a', { uri: '/a' })).status).toBe(403);
});

test('the administrator of a group looks after its members, and after nothing else', async () => {
  const admin = await signedIn(plane, null, { prod: 'admin' });
  await newUser('colleague', { groups: [{ group: 'staging', role: 'viewer' }] });
  const member = '/api/v1/groups/prod/members/colleague';
  expect((await as(admin, 'PUT', member, { role: 'owner' })).status).toBe(403);
  expect((await as(admin, 'PUT', '/api/v1/groups/prod/members/noone', { role: 'viewer' })).status).toBe(404);
  expect((await as(admin, 'PUT', '/api/v1/groups/staging/members/colleague', { role: 'editor' })).status).toBe(403);
  expect((await as(admin, 'GET', USERS)).status).toBe(403);

  expect((await as(admin, 'PUT', member, { role: 'editor' })).body).toMatchObject({ role: 'editor', through: 'group' });
  const { body } = await as(admin, 'GET', '/api/v1/groups/prod/members');
  expect(body.list).toContainEqual(expect.objectContaining({ username: 'colleague', role: 'editor' }));
  expect(body.list).toContainEqual(expect.objectContaining({ username: 'admin', role: 'owner', through: 'global' }));
  expect((await as(admin, 'DELETE', member)).status).toBe(204);
  expect((await as(admin, 'DELETE', member)).status).toBe(404);
  expect((await as(owner, 'GET', `${USERS}/colleague`)).body.groups).toEqual([{ group: 'staging', role: 'viewer' }]);
});

test('users are found by a part of their name, by role, group and whether they are disabled', async () => {
  const names = async (query: string): Promise<string[]> =>
    (await as(owner, 'GET', `${USERS}?${query}`)).body.list.map(({ username }: { username: string }) => username);
  expect(await names('search=EAVER&disabled=true')).toEqual(['leaver-0']);
  expect(await names('search=%25')).toEqual([]);
  expect(await names('group=prod')).toContain('member');
  expect(await names('role=owner')).not.toContain('member');
  const page = (await as(owner, 'GET', `${USERS}?page=2&page_size=1`)).body;
  expect([page.list.length, page.page, page.total > 2]).toEqual([1, 2, true]);
});

test('every change of a user is in the audit trail, with what it was before', async () => {
  await as(owner, 'PATCH', `${USERS}/member`, { role: 'viewer', groups: [] });
  const { body } = await as(owner, 'GET', '/api/v1/audit?action=user.update&id=member');
  expect(body.list[0]).toMatchObject({
    actor: 'admin',
    kind: 'user',
    detail: {
      role: { before: null, after: 'viewer' },
      groups: { before: ['prod:editor', 'staging:viewer'], after: [] },
    },
  });
});

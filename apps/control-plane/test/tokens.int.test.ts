import { afterAll, beforeAll, expect, test } from 'vitest';
import { asBrowser, asOwner } from './browser.ts';
import { addGroup, type Proving, signedIn } from './credentials.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const OWN = '/api/v1/account/tokens';
const SERVICE = '/api/v1/tokens';
const ROUTES = '/api/v1/groups/default/resources/routes';
const route = { uri: '/a', upstream: { nodes: { '127.0.0.1:1980': 1 } } };
let plane: TestControlPlane;
let owner: Proving;

beforeAll(async () => {
  plane = await startControlPlane();
  owner = await asOwner(plane);
  await addGroup(plane, 'prod');
});
afterAll(() => plane[Symbol.asyncDispose]());

const as = (proving: Proving, method: string, path: string, body?: object): Promise<Answer> =>
  asBrowser(plane, method, path, body, proving);

/** A new token, as programs send it. */
async function token(proving: Proving, path: string, body: object): Promise<Proving & { readonly id: string }> {
  const answer = await as(proving, 'POST', path, { name: 'a token', ...body });
  expect(answer.status).toBe(201);
  return { 'x-api-key': answer.body.secret, id: answer.body.token.id };
}

const statusWith = async (proving: Proving, method: string, path: string, body?: object): Promise<number> => {
  const { id: _id, ...headers } = proving;
  return (await as(headers, method, path, body)).status;
};

test('a token that is revoked or has expired is refused by the very next request, in both interfaces', async () => {
  const revoked = await token(owner, SERVICE, { role: 'editor' });
  const expired = await token(owner, SERVICE, { role: 'editor', expires_in_days: 1 });
  for (const proving of [revoked, expired]) {
    expect(await statusWith(proving, 'GET', ROUTES)).toBe(200);
    expect(await statusWith(proving, 'GET', '/apisix/admin/routes')).toBe(200);
  }
  expect((await as(owner, 'DELETE', `${SERVICE}/${revoked.id}`)).status).toBe(204);
  await plane.database.query(`UPDATE api_token SET expires_at = now() WHERE id = $1`, [expired.id]);
  for (const proving of [revoked, expired]) {
    expect(await statusWith(proving, 'PUT', `${ROUTES}/a`, route)).toBe(401);
    expect(await statusWith(proving, 'GET', '/apisix/admin/routes')).toBe(401);
  }
  expect((await as(owner, 'DELETE', `${SERVICE}/${revoked.id}`)).status).toBe(404);
});

test('a token that one control plane revoked is refused by another one with its next request', async () => {
  await using other = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
  });
  const { 'x-api-key': key = '', id } = await token(owner, SERVICE, { role: 'viewer' });
  expect((await other.call('GET', ROUTES, undefined, { 'x-api-key': key })).status).toBe(200);
  expect((await as(owner, 'DELETE', `${SERVICE}/${id}`)).status).toBe(204);
  expect((await other.call('GET', ROUTES, undefined, { 'x-api-key': key })).status).toBe(401);
});

test('a token of a user reaches as far as the user does at the moment, and no further', async () => {
  const [maker] = await userWithToken('editor', { role: 'owner' });
  expect(await statusWith(maker.token, 'PUT', `${ROUTES}/own`, route)).toBe(201);
  expect(await statusWith(maker.token, 'GET', '/api/v1/users')).toBe(403);
  await plane.database.query(`UPDATE "user" SET role = 'viewer' WHERE username = $1`, [maker.username]);
  expect(await statusWith(maker.token, 'PUT', `${ROUTES}/own`, route)).toBe(403);
  await plane.database.query(`UPDATE "user" SET disabled = true WHERE username = $1`, [maker.username]);
  expect(await statusWith(maker.token, 'GET', ROUTES)).toBe(401);
  await plane.database.query(`DELETE FROM "user" WHERE username = $1`, [maker.username]);
  expect(await plane.database.query('SELECT FROM api_token WHERE id = $1', [maker.token.id])).toEqual([]);
});

test('what a token of a user writes has the user as its author', async () => {
  const [maker] = await userWithToken('editor', { role: 'editor' });
  await statusWith(maker.token, 'PUT', `${ROUTES}/authored`, route);
  const { body } = await as(owner, 'GET', '/api/v1/groups/default/revisions?limit=1');
  expect(body.list[0]).toMatchObject({ author: maker.username, author_type: 'user' });
});

test('a token for some groups knows no other', async () => {
  const here = await token(owner, SERVICE, { role: 'admin', groups: ['prod'] });
  expect(await statusWith(here, 'GET', '/api/v1/groups/prod/resources/routes')).toBe(200);
  expect(await statusWith(here, 'PUT', '/groups/prod/apisix/admin/routes/a', route)).toBe(201);
  expect(await statusWith(here, 'GET', ROUTES)).toBe(403);
  expect(await statusWith(here, 'PUT', '/apisix/admin/routes/a', route)).toBe(401);
  expect(await statusWith(here, 'GET', '/api/v1/users')).toBe(403);
  await plane.database.query(`UPDATE api_token SET group_ids = '{999}' WHERE id = $1`, [here.id]);
  expect(await statusWith(here, 'GET', '/api/v1/system')).toBe(401);
});

test('a token that only reads writes nothing, whatever its role', async () => {
  const reading = await token(owner, SERVICE, { role: 'admin', read_only: true });
  expect(await statusWith(reading, 'GET', '/api/v1/audit')).toBe(200);
  for (const [method, path, body] of [
    ['PUT', `${ROUTES}/a`, route],
    ['DELETE', `${ROUTES}/a`, undefined],
    ['POST', SERVICE, { name: 'x', role: 'viewer' }],
    ['POST', '/api/v1/audit/verify', {}],
  ] as const)
    expect(await statusWith(reading, method, path, body)).toBe(403);
  expect(await statusWith(reading, 'PUT', '/apisix/admin/routes/a', route)).toBe(401);
  expect(await statusWith(reading, 'GET', '/apisix/admin/routes')).toBe(200);
});

test('a token for one interface is no key for the other', async () => {
  const api = await token(owner, SERVICE, { role: 'editor', apis: ['api'] });
  const admin = await token(owner, SERVICE, { role: 'editor', apis: ['admin-api'] });
  expect([await statusWith(api, 'GET', ROUTES), await statusWith(api, 'GET', '/apisix/admin/routes')]).toEqual([
    200, 401,
  ]);
  expect([await statusWith(admin, 'GET', ROUTES), await statusWith(admin, 'GET', '/apisix/admin/routes')]).toEqual([
    403, 200,
  ]);
});

test('a token for some kinds reaches these in both interfaces, and nothing else of a group', async () => {
  const some = await token(owner, SERVICE, { role: 'admin', kinds: ['route'] });
  const other = '/api/v1/groups/default/resources/upstreams';
  expect(await statusWith(some, 'PUT', `${ROUTES}/kind`, route)).toBe(201);
  expect(await statusWith(some, 'PUT', '/apisix/admin/routes/kind', route)).toBe(200);
  expect(await statusWith(some, 'GET', '/api/v1/groups/default/schema')).toBe(200);
  for (const [method, path] of [
    ['GET', other],
    ['PUT', `${other}/a`],
    ['GET', '/api/v1/groups/default/revisions'],
    ['POST', '/api/v1/groups/default/change-sets'],
    ['POST', '/api/v1/groups/default/revisions/1/rollback'],
    ['GET', '/api/v1/audit'],
    ['POST', SERVICE],
  ] as const)
    expect(await statusWith(some, method, path, method === 'GET' ? undefined : {})).toBe(403);
  for (const path of ['upstreams', 'upstreams/a', 'consumers', 'consumers/jack/credentials/c1'])
    expect(await statusWith(some, 'GET', `/apisix/admin/${path}`)).toBe(401);
});

test('a token of a kind inside a kind reaches only the inner one', async () => {
  const inner = await token(owner, SERVICE, { role: 'editor', kinds: ['credential'] });
  const outer = await token(owner, SERVICE, { role: 'editor', kinds: ['consumer'] });
  expect(await statusWith(inner, 'GET', '/apisix/admin/consumers')).toBe(401);
  expect(await statusWith(inner, 'GET', '/apisix/admin/consumers/jack/credentials')).not.toBe(401);
  expect(await statusWith(outer, 'GET', '/apisix/admin/consumers')).toBe(200);
  expect(await statusWith(outer, 'GET', '/apisix/admin/consumers/jack/credentials/c1')).toBe(401);
});

test('nobody makes a token that reaches further than they do', async () => {
  const editor = await signedIn(plane, 'editor');
  const admin = await signedIn(plane, 'admin');
  const prodAdmin = await signedIn(plane, null, { prod: 'admin' });
  expect(await statusWith(editor, 'POST', SERVICE, { name: 'x', role: 'viewer' })).toBe(403);
  expect(await statusWith(admin, 'POST', SERVICE, { name: 'x', role: 'owner' })).toBe(403);
  expect(await statusWith(prodAdmin, 'POST', SERVICE, { name: 'x', role: 'viewer' })).toBe(403);
  expect(await statusWith(prodAdmin, 'POST', SERVICE, { name: 'x', role: 'viewer', groups: ['default'] })).toBe(403);
  expect(await statusWith(prodAdmin, 'POST', SERVICE, { name: 'x', role: 'admin', groups: ['prod'] })).toBe(201);
  const short = await token(owner, SERVICE, { role: 'admin', apis: ['api'], expires_in_days: 2 });
  const bounded = { name: 'x', role: 'viewer', apis: ['api'] };
  expect(await statusWith(short, 'POST', SERVICE, bounded)).toBe(403);
  expect(await statusWith(short, 'POST', SERVICE, { ...bounded, apis: ['admin-api'], expires_in_days: 1 })).toBe(403);
  expect(await statusWith(short, 'POST', SERVICE, { ...bounded, expires_in_days: 1 })).toBe(201);
  expect(await statusWith(short, 'POST', OWN, { name: 'x', role: 'viewer' })).toBe(401);
});

test('the administrator of a group sees and revokes the tokens of the group alone', async () => {
  const prodAdmin = await signedIn(plane, null, { prod: 'admin' });
  const everywhere = await token(owner, SERVICE, { name: 'everywhere', role: 'viewer' });
  const both = await token(owner, SERVICE, { name: 'both', role: 'viewer', groups: ['prod', 'default'] });
  const mine = await token(owner, SERVICE, { name: 'only prod', role: 'viewer', groups: ['prod'] });
  const { body } = await as(prodAdmin, 'GET', `${SERVICE}?page_size=500`);
  const ids = body.list.map(({ id }: { id: string }) => id);
  expect([ids.includes(mine.id), ids.includes(both.id), ids.includes(everywhere.id)]).toEqual([true, false, false]);
  expect((await as(prodAdmin, 'DELETE', `${SERVICE}/${both.id}`)).status).toBe(404);
  expect((await as(prodAdmin, 'DELETE', `${SERVICE}/${mine.id}`)).status).toBe(204);
});

test('a token is told once; later only its beginning is, and the database cannot tell it at all', async () => {
  const answer = await as(owner, 'POST', OWN, { name: 'mine', role: 'viewer', expires_in_days: 7 });
  const { secret } = answer.body;
  expect(secret).toMatch(/^slt_[\w-]{43}$/);
  const listed = (await as(owner, 'GET', OWN)).body.list[0];
  expect(listed).toMatchObject({ name: 'mine', type: 'own', username: 'admin', prefix: secret.slice(0, 8) });
  const stored = await plane.database.query(
    'SELECT t::text FROM api_token t UNION ALL SELECT a::text FROM audit_entry a',
  );
  expect(JSON.stringify(stored)).not.toContain(secret);
});

test('a token works as a bearer in both interfaces, and its use is noted', async () => {
  const { 'x-api-key': key, id } = await token(owner, SERVICE, { role: 'viewer' });
  const bearer = { authorization: `Bearer ${key}` };
  expect(await statusWith(bearer, 'GET', ROUTES)).toBe(200);
  expect(await statusWith(bearer, 'GET', '/apisix/admin/routes')).toBe(200);
  const [row] = await plane.database.query<{ last_used_at: Date | null }[]>(
    'SELECT last_used_at FROM api_token WHERE id = $1',
    [id],
  );
  expect(row?.last_used_at).toBeInstanceOf(Date);
});

/** A user of a role with a token of their own. */
async function userWithToken(role: 'editor', request: object) {
  const proving = await signedIn(plane, role);
  const { username } = (await as(proving, 'GET', '/api/v1/session')).body.user as { username: string };
  return [{ username, token: await token(proving, OWN, request) }] as const;
}

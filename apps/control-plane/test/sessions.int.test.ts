import { afterAll, beforeAll, expect, test } from 'vitest';
import { asBrowser, firstCredentials, proofIn, signIn } from './browser.ts';
import { type Proving, signedIn } from './credentials.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const OWN = '/api/v1/account/sessions';
const ALL = '/api/v1/sessions';
let plane: TestControlPlane;
let other: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ SLUICE_SESSION_IDLE_MINUTES: '30', SLUICE_SESSION_LIFETIME_HOURS: '2' });
  const shared = { SLUICE_DATABASE_URL: plane.databaseUrl, SLUICE_DATA_DIR: plane.dataDir };
  other = await startControlPlane(shared);
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await plane[Symbol.asyncDispose]();
});

const as = (proving: Proving, method: string, path: string): Promise<Answer> =>
  asBrowser(plane, method, path, undefined, proving);

async function owner(): Promise<Proving> {
  const { username, password } = await firstCredentials(plane);
  return proofIn(await signIn(plane, username, password));
}

test('failures to sign in count for all control planes together', async () => {
  const { password } = await firstCredentials(plane);
  for (let i = 0; i < 5; i += 1) expect((await signIn(i % 2 ? plane : other, 'admin', 'wrong')).status).toBe(401);
  expect((await signIn(plane, 'admin', password)).status).toBe(429);
  expect((await signIn(other, 'admin', password)).status).toBe(429);
  await expect.poll(async () => (await signIn(other, 'admin', password)).status).toBe(200);
});

test('each further failure of a user costs twice as much, up to half a minute, and none is kept in plain', async () => {
  await plane.database.query('DELETE FROM sign_in_attempt');
  for (let i = 0; i < 9; i += 1) {
    expect((await signIn(plane, 'typed-secret', 'wrong')).status).toBe(401);
    await plane.database.query(`UPDATE sign_in_attempt SET blocked_until = '-infinity'`);
  }
  expect((await signIn(plane, 'typed-secret', 'wrong')).status).toBe(401);
  const refused = await signIn(plane, 'other', 'wrong');
  expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 32]);
  const kept = await plane.database.query('SELECT t::text FROM sign_in_attempt t');
  expect(JSON.stringify(kept)).not.toContain('typed-secret');
  await plane.database.query('DELETE FROM sign_in_attempt');
});

test('failures are forgotten after an hour without one', async () => {
  for (let i = 0; i < 5; i += 1) await signIn(plane, 'someone', 'wrong');
  await plane.database.query(
    `UPDATE sign_in_attempt SET last_at = now() - interval '61 minutes', blocked_until = now()`,
  );
  expect((await signIn(plane, 'someone', 'wrong')).status).toBe(401);
  expect(await plane.database.query('SELECT DISTINCT failures FROM sign_in_attempt')).toEqual([{ failures: 1 }]);
  await plane.database.query('DELETE FROM sign_in_attempt');
});

test('somebody else cannot end my session, and does not see it', async () => {
  const [mine, theirs] = [await owner(), await signedIn(plane, 'viewer')];
  const [{ id }] = (await as(mine, 'GET', OWN)).body.list;
  expect((await as(theirs, 'DELETE', `${OWN}/${id}`)).status).toBe(404);
  expect((await as(theirs, 'DELETE', `${ALL}/${id}`)).status).toBe(403);
  expect((await as(theirs, 'GET', OWN)).body.list).toHaveLength(1);
  expect((await as(theirs, 'DELETE', `${OWN}/nonsense`)).status).toBe(404);
});

test('of my own sessions I end one, or all but the one that I use, at every control plane', async () => {
  const [here, second, third] = [await owner(), await owner(), await owner()];
  const list: { id: string; current: boolean; ends_at: string; created_at: string }[] = (await as(here, 'GET', OWN))
    .body.list;
  expect(list.filter(({ current }) => current)).toHaveLength(1);
  const [newest] = list;
  expect(Date.parse(newest?.ends_at ?? '') - Date.parse(newest?.created_at ?? '')).toBe(2 * 3_600_000);
  const [{ id }] = (await as(second, 'GET', OWN)).body.list.filter(({ current }: { current: boolean }) => current);
  expect((await as(here, 'DELETE', `${OWN}/${id}`)).status).toBe(204);
  expect((await as(second, 'GET', '/api/v1/session')).status).toBe(401);
  expect((await asBrowser(other, 'GET', '/api/v1/session', undefined, third)).status).toBe(200);
  expect((await as(here, 'DELETE', OWN)).body.ended).toBeGreaterThanOrEqual(1);
  expect((await asBrowser(other, 'GET', '/api/v1/session', undefined, third)).status).toBe(401);
  expect((await as(here, 'GET', '/api/v1/session')).status).toBe(200);
});

test('administrators see and end the sessions of everybody, and the trail tells of it', async () => {
  const [mine, theirs] = [await owner(), await signedIn(plane, 'editor')];
  const { username } = (await as(theirs, 'GET', '/api/v1/session')).body.user;
  const { list, total } = (await as(mine, 'GET', `${ALL}?username=${username}`)).body;
  expect([list.length, total]).toEqual([1, 1]);
  expect((await as(mine, 'DELETE', `/api/v1/users/${username}/sessions`)).body).toEqual({ ended: 1 });
  expect((await as(theirs, 'GET', '/api/v1/session')).status).toBe(401);
  const [entry] = (await as(mine, 'GET', '/api/v1/audit?action=session.revoke')).body.list;
  expect(entry).toMatchObject({ actor: 'admin', id: username, detail: { sessions: 1 } });
});

test('a session ends when nobody uses it for as long as is set, and at the latest when its time is over', async () => {
  const proof = await owner();
  const session = (await as(proof, 'GET', '/api/v1/session')).body;
  expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(30 * 60_000);
  await plane.database.query(`UPDATE session SET created_at = now() - interval '2 hours'`);
  expect((await as(proof, 'GET', '/api/v1/session')).status).toBe(401);
});

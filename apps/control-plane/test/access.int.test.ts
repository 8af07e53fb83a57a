import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runAdminCommand } from '../src/access/admin-command.ts';
import { FirstStart } from '../src/access/first-start.ts';
import { signedIn } from './credentials.ts';
import { type Answer, startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const SESSION = '/api/v1/session';

interface First {
  readonly username: string;
  readonly password: string;
  readonly admin_key?: string;
}

const firstOf = async (plane: TestControlPlane): Promise<First> =>
  JSON.parse(await readFile(join(plane.dataDir, 'first-start.json'), 'utf8')) as First;

/** Calls as a browser does: without an admin key. */
const asBrowser = (plane: TestControlPlane, method: string, path: string, body?: object, headers: object = {}) =>
  plane.call(method, path, body, { 'x-api-key': '', 'content-type': 'application/json', ...headers });

const signIn = (plane: TestControlPlane, username: string, password: string): Promise<Answer> =>
  asBrowser(plane, 'POST', SESSION, { username, password });

const proofIn = (answer: Answer): Record<string, string> => ({
  cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '',
  'x-csrf-token': answer.body.csrf_token,
});

test('a wrong password and an unknown user get the same answer', async () => {
  await using plane = await startControlPlane();
  const wrong = await signIn(plane, 'admin', 'wrong');
  const unknown = await signIn(plane, 'nobody', 'wrong');
  expect(wrong.status).toBe(401);
  expect({ ...wrong.body.error, request_id: '' }).toEqual({ ...unknown.body.error, request_id: '' });
  expect(wrong.body.error.code).toBe('BAD_CREDENTIALS');
});

test('after five failures even the right password has to wait', async () => {
  await using plane = await startControlPlane();
  const { password } = await firstOf(plane);
  for (let i = 0; i < 5; i += 1) expect((await signIn(plane, 'admin', 'wrong')).status).toBe(401);
  const refused = await signIn(plane, 'admin', password);
  expect(refused.status).toBe(429);
  expect(refused.body.error.code).toBe('TOO_MANY_ATTEMPTS');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await expect.poll(async () => (await signIn(plane, 'admin', password)).status).toBe(200);
});

test('a hundred guesses at once are not more than a few, and each further one waits twice as long', async () => {
  await using plane = await startControlPlane();
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 100 }, () => signIn(plane, 'admin', 'guess')));
  const waits = Math.floor(Math.log2((performance.now() - began) / 1000 + 1));
  expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5 + waits);
});

test('another site cannot sign a browser in', async () => {
  await using plane = await startControlPlane();
  const { username, password } = await firstOf(plane);
  const crossSite = { 'sec-fetch-site': 'cross-site' };
  const answer = await asBrowser(plane, 'POST', SESSION, { username, password }, crossSite);
  expect([answer.status, answer.body.error.code]).toEqual([403, 'CSRF_REJECTED']);
});

test('the first credentials sign in, survive a reload, and sign out', async () => {
  await using plane = await startControlPlane();
  const { username, password } = await firstOf(plane);
  const started = await signIn(plane, username, password);
  expect(started.body).toMatchObject({ user: { username: 'admin', role: 'owner' } });
  expect(started.headers.get('set-cookie')).toMatch(
    /^sluice_session=[\w-]{43}; Path=\/api\/v1; HttpOnly; SameSite=Strict; Max-Age=604800$/,
  );
  const proof = proofIn(started);
  expect((await asBrowser(plane, 'GET', SESSION, undefined, proof)).body).toEqual(started.body);
  expect((await asBrowser(plane, 'DELETE', SESSION, undefined, proof)).status).toBe(204);
  expect((await asBrowser(plane, 'GET', SESSION, undefined, proof)).status).toBe(401);
});

test('a session ends when it was idle for too long, when it is too old, and when its user is disabled', async () => {
  await using plane = await startControlPlane();
  for (const end of [
    `UPDATE session SET expires_at = now() - interval '1 second'`,
    `UPDATE session SET created_at = now() - interval '8 days', last_seen = now() - interval '2 minutes'`,
    `UPDATE "user" SET disabled = true`,
  ]) {
    const proof = await signedIn(plane, 'owner');
    expect((await asBrowser(plane, 'GET', SESSION, undefined, proof)).status).toBe(200);
    await plane.database.query(end);
    await expect.poll(async () => (await asBrowser(plane, 'GET', SESSION, undefined, proof)).status).toBe(401);
  }
});

test('a new password needs the current one, ends the other sessions, and is the only one from then on', async () => {
  await using plane = await startControlPlane();
  const { username, password } = await firstOf(plane);
  const [mine, other] = [await signIn(plane, username, password), await signIn(plane, username, password)].map(proofIn);
  const change = (current_password: string, new_password: string) =>
    asBrowser(plane, 'POST', `${SESSION}/password`, { current_password, new_password }, mine);

  expect((await change('wrong', 'a long enough one')).body.error.code).toBe('BAD_CREDENTIALS');
  expect((await change(password, 'short')).body.error).toMatchObject({ code: 'INVALID', field: '/new_password' });
  expect((await change(password, 'a long enough one')).status).toBe(204);

  expect((await asBrowser(plane, 'GET', SESSION, undefined, other)).status).toBe(401);
  expect((await asBrowser(plane, 'GET', SESSION, undefined, mine)).status).toBe(200);
  expect((await signIn(plane, username, password)).status).toBe(401);
  expect((await signIn(plane, username, 'a long enough one')).status).toBe(200);
});

test('the first start tells its secrets in a file of the owner alone, and nothing of them is stored or audited', async () => {
  await using plane = await startControlPlane({ SLUICE_ADMIN_KEY: '' });
  const { password, admin_key: key = '' } = await firstOf(plane);
  expect((await stat(join(plane.dataDir, 'first-start.json'))).mode & 0o777).toBe(0o600);
  expect((await plane.call('GET', '/api/v1/audit', undefined, { 'x-api-key': key })).status).toBe(200);

  const tables = ['"user"', 'api_token', 'audit_entry'];
  const stored = await Promise.all(tables.map((table) => plane.database.query(`SELECT t::text FROM ${table} t`)));
  for (const secret of [password, key]) expect(JSON.stringify(stored)).not.toContain(secret);
});

test('a key of the settings is accepted, never stored, and keeps a first key from being made', async () => {
  await using plane = await startControlPlane();
  expect((await plane.call('GET', '/api/v1/audit')).status).toBe(200);
  expect(await firstOf(plane)).not.toHaveProperty('admin_key');
  expect(await plane.database.query('SELECT * FROM api_token')).toEqual([]);
});

test('of control planes that start for the first time at once, one makes the credentials', async () => {
  await using plane = await startControlPlane();
  await plane.database.query('DELETE FROM "user"');
  const firstStart = plane.app.get(FirstStart);
  const files = await Promise.all([firstStart.run(), firstStart.run(), firstStart.run()]);
  expect(files.filter((file) => file !== undefined)).toHaveLength(1);
  expect(await plane.database.query('SELECT username, role FROM "user"')).toEqual([
    { username: 'admin', role: 'owner' },
  ]);
  const { username, password } = await firstOf(plane);
  expect((await signIn(plane, username, password)).status).toBe(200);
});

test('a password that is reset from the command line is printed once and ends all sessions', async () => {
  await using plane = await startControlPlane();
  const { username, password } = await firstOf(plane);
  const proof = proofIn(await signIn(plane, username, password));
  vi.stubEnv('SLUICE_DATABASE_URL', plane.databaseUrl);
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const code = await runAdminCommand(['reset-password']).finally(() => vi.unstubAllEnvs());
  const [line = ''] = printed.mock.calls.flat().map(String);
  printed.mockRestore();

  expect(code).toBe(0);
  const [, fresh = ''] = /^New password of admin: (\S+)\n$/.exec(line) ?? [];
  expect((await asBrowser(plane, 'GET', SESSION, undefined, proof)).status).toBe(401);
  expect((await signIn(plane, username, fresh)).status).toBe(200);
});

test('the hash of a password moves to the present cost when its owner signs in', async () => {
  await using plane = await startControlPlane();
  const { username, password } = await firstOf(plane);
  const { scryptSync } = await import('node:crypto');
  const salt = Buffer.alloc(16, 7);
  const cheap = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  const old = `$scrypt$ln=10,r=8,p=1$${salt.toString('base64')}$${cheap.toString('base64')}`;
  await plane.database.query('UPDATE "user" SET password_hash = $1', [old]);
  expect((await signIn(plane, username, password)).status).toBe(200);
  expect(await plane.database.query('SELECT password_hash FROM "user"')).toEqual([
    { password_hash: expect.stringMatching(/^\$scrypt\$ln=15,r=8,p=1\$/) },
  ]);
});

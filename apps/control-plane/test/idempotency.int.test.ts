import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IdempotencyKeys } from '../src/idempotency/idempotency-keys.ts';
import { withKey } from './credentials.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const ROUTES = '/api/v1/groups/default/resources/routes';
const route = (uri: string) => ({ uri, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key });
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ SLUICE_GRPC_TLS: 'auto' });
});
afterAll(() => plane[Symbol.asyncDispose]());

async function routeCount(): Promise<number> {
  return (await plane.call('GET', ROUTES)).body.total;
}

describe('a key that cannot be used', () => {
  test.each(['', 'x'.repeat(256), 'ä'])('is refused where it is "%s"', async (key) => {
    const before = await routeCount();
    const headers = new Headers({ 'x-api-key': plane.adminKey, 'idempotency-key': key });
    const answer = await fetch(plane.url + ROUTES, { method: 'POST', headers, body: JSON.stringify(route('/bad')) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'IDEMPOTENCY_KEY_INVALID' } });
    expect(await routeCount()).toBe(before);
  });

  test('is refused where it came with another request, whose answer stays what it was', async () => {
    const headers = keyed();
    const first = await plane.call('POST', ROUTES, route('/one'), headers);
    for (const [path, body] of [
      [ROUTES, route('/two')],
      [`${ROUTES}?message=other`, route('/one')],
    ] as const) {
      const other = await plane.call('POST', path, body, headers);
      expect(other).toMatchObject({ status: 422, body: { error: { code: 'IDEMPOTENCY_KEY_REUSED' } } });
    }
    expect((await plane.call('POST', ROUTES, route('/one'), headers)).body).toEqual(first.body);
  });
});

describe('a repetition', () => {
  test('is answered as the first request was, and nothing is written again', async () => {
    const headers = keyed();
    const first = await plane.call('POST', ROUTES, route('/once'), headers);
    const count = await routeCount();
    const second = await plane.call('POST', ROUTES, route('/once'), headers);
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await routeCount()).toBe(count);
  });

  test('works for each method, and in the compatible Admin API', async () => {
    const admin = '/apisix/admin/routes';
    const posted = await plane.call('POST', admin, route('/admin'), keyed('admin-post'));
    expect((await plane.call('POST', admin, route('/admin'), keyed('admin-post'))).body).toEqual(posted.body);
    const { id } = posted.body.value as { id: string };
    for (const [method, body] of [['PATCH', { desc: 'changed' }], ['DELETE']] as const) {
      const first = await plane.call(method, `${admin}/${id}`, body, keyed(`admin-${method}`));
      const second = await plane.call(method, `${admin}/${id}`, body, keyed(`admin-${method}`));
      expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
    }
  });

  test('after a refusal is carried out: what was refused has changed nothing', async () => {
    const headers = keyed();
    const path = `${ROUTES}/conditional`;
    const wanted = { ...headers, 'if-match': '"1"' };
    expect((await plane.call('PUT', path, route('/a'), wanted)).status).toBe(412);
    expect((await plane.call('PUT', path, route('/a'), headers)).status).toBe(201);
  });

  test('by another sender is another request', async () => {
    const headers = keyed();
    await plane.call('POST', ROUTES, route('/sender'), headers);
    const count = await routeCount();
    const other = await withKey(plane, 'editor');
    const answer = await plane.call('POST', ROUTES, route('/sender'), { ...headers, ...other });
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
    expect(await routeCount()).toBe(count + 1);
  });

  test('of a request whose answer held a secret is told so, and no second secret is made', async () => {
    const tokens = '/api/v1/groups/default/join-tokens';
    const headers = keyed();
    const first = await plane.call('POST', tokens, { name: 'rack' }, headers);
    const second = await plane.call('POST', tokens, { name: 'rack' }, headers);
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_ANSWER_GONE' } } });
    expect((await plane.call('GET', tokens)).body.list).toHaveLength(1);
    const kept = await plane.database.query('SELECT answer FROM idempotency_key WHERE answer IS NULL');
    expect(kept).toHaveLength(1);
  });

  test('at once with the first request is carried out once, whoever comes first', async () => {
    const headers = keyed();
    const count = await routeCount();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => plane.call('POST', ROUTES, route('/race'), headers)),
    );
    expect(await routeCount()).toBe(count + 1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(answers.map(({ status }) => status)).toContain(201);
  });

  test('is answered by another control plane of the same database', async () => {
    const headers = keyed();
    const first = await plane.call('POST', ROUTES, route('/elsewhere'), headers);
    await using other = await startControlPlane({
      SLUICE_DATABASE_URL: plane.databaseUrl,
      SLUICE_DATA_DIR: plane.dataDir,
      SLUICE_ADMIN_KEY: plane.adminKey,
    });
    const second = await other.call('POST', ROUTES, route('/elsewhere'), { ...headers, 'x-api-key': plane.adminKey });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });
});

describe('after a control plane has died in the middle of a request', () => {
  /** The newest claim as a dead control plane leaves it: unanswered, and with or without a trace in the audit trail. */
  const lose = (isCommitted: boolean) =>
    plane.database.query(
      `UPDATE idempotency_key SET status = NULL, answer = NULL, renewed_at = '-infinity',
         request_id = CASE WHEN $1 THEN request_id ELSE 'never-committed' END
       WHERE created_at = (SELECT max(created_at) FROM idempotency_key)`,
      [isCommitted],
    );

  test('what it had committed is not done again', async () => {
    const headers = keyed();
    await plane.call('POST', ROUTES, route('/lost'), headers);
    await lose(true);
    const count = await routeCount();
    const answer = await plane.call('POST', ROUTES, route('/lost'), headers);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_ANSWER_GONE' } } });
    expect(await routeCount()).toBe(count);
  });

  test('what it had not committed is done by the repetition', async () => {
    const headers = keyed();
    await plane.call('POST', ROUTES, route('/undone'), headers);
    await lose(false);
    const count = await routeCount();
    expect((await plane.call('POST', ROUTES, route('/undone'), headers)).status).toBe(201);
    expect(await routeCount()).toBe(count + 1);
  });

  test('what still renews its claim is waited for', async () => {
    const headers = keyed();
    await plane.call('POST', ROUTES, route('/busy'), headers);
    await plane.database.query(`UPDATE idempotency_key SET status = NULL, renewed_at = now()
      WHERE created_at = (SELECT max(created_at) FROM idempotency_key)`);
    const answer = await plane.call('POST', ROUTES, route('/busy'), headers);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_IN_PROGRESS' } } });
  });
});

test('answers are kept sealed, and for a day', async () => {
  const headers = keyed();
  await plane.call('POST', ROUTES, route('/old'), headers);
  const [row] = await plane.database.query(
    'SELECT answer FROM idempotency_key WHERE answer IS NOT NULL ORDER BY created_at DESC LIMIT 1',
  );
  expect((row.answer as Buffer).includes('/old')).toBe(false);

  await plane.database.query(`UPDATE idempotency_key SET created_at = now() - interval '25 hours'`);
  const again = await plane.call('POST', ROUTES, route('/old'), headers);
  expect(again.headers.get('idempotency-replayed')).toBeNull();
  await plane.app.get(IdempotencyKeys).sweep();
  expect(await plane.database.query('SELECT count(*) AS count FROM idempotency_key')).toEqual([{ count: 1 }]);
});

import { CallCredentials, credentials, Metadata, status } from '@grpc/grpc-js';
import { JOIN_SECRET_KEY, parseJoinToken } from '@sluice/sync/grpc';
import { ConfigState } from '@sluice/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addGroup } from './credentials.ts';
import { connectDataPlane, type TestDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ SLUICE_GRPC_TLS: 'auto' });
  await addGroup(plane, 'other');
});
afterAll(() => plane[Symbol.asyncDispose]());

async function newToken(request: object = {}, group = 'default'): Promise<{ id: string; token: string }> {
  const answer = await plane.call('POST', `/api/v1/groups/${group}/join-tokens`, { name: 'test', ...request });
  expect(answer.status).toBe(201);
  return answer.body;
}

/** Whose key the control plane has, these tests do not ask: that is what data planes check. */
function proofOf(token: string) {
  const metadata = new Metadata();
  metadata.set(JOIN_SECRET_KEY, parseJoinToken(token)?.secret ?? token);
  const secret = CallCredentials.createFromMetadataGenerator((_, done) => done(null, metadata));
  return credentials.createSsl(null, null, null, { rejectUnauthorized: false }).compose(secret);
}

function join(token: string, hello: Parameters<typeof connectDataPlane>[1] = {}, at = plane): TestDataPlane {
  return connectDataPlane(at, hello, new ConfigState(), proofOf(token));
}

async function expectRefused(dataPlane: TestDataPlane): Promise<void> {
  await expect.poll(() => dataPlane.ended?.code).toBe(status.UNAUTHENTICATED);
  expect(dataPlane.batches).toEqual([]);
}

const expectServed = (dataPlane: TestDataPlane) => expect.poll(() => dataPlane.batches.length).toBe(1);

test('a data plane without a token, or with one that nobody made, gets nothing', async () => {
  const anybody = credentials.createSsl(null, null, null, { rejectUnauthorized: false });
  using without = connectDataPlane(plane, {}, new ConfigState(), anybody);
  using guessed = join('a'.repeat(43));
  await Promise.all([without, guessed].map(expectRefused));
});

test('a token is of no use in another group', async () => {
  const { token } = await newToken({}, 'other');
  using dataPlane = join(token);
  await expectRefused(dataPlane);
});

test('a revoked token is refused, and the streams that it had opened end at once', async () => {
  const { id, token } = await newToken();
  using dataPlane = join(token);
  await expectServed(dataPlane);

  expect((await plane.call('DELETE', `${GROUP}/join-tokens/${id}`)).status).toBe(204);
  await expect.poll(() => dataPlane.ended?.code).toBe(status.UNAUTHENTICATED);
  using again = join(token);
  await expectRefused(again);
  expect((await plane.call('DELETE', `${GROUP}/join-tokens/${id}`)).status).toBe(404);
});

test('a token that one control plane makes opens all of them, until any of them revokes it', async () => {
  await using second = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
    SLUICE_GRPC_TLS: 'auto',
  });
  const { id, token } = await newToken();
  using dataPlane = join(token, {}, second);
  await expectServed(dataPlane);
  expect((await second.call('POST', `${GROUP}/join-tokens`, { name: 'second' })).body).toMatchObject({
    key_sha256: parseJoinToken(token)?.keySha256,
  });

  await plane.call('DELETE', `${GROUP}/join-tokens/${id}`);
  await expect.poll(() => dataPlane.ended?.code).toBe(status.UNAUTHENTICATED);
});

test('an expired token lets nobody new in, but those back who had joined with it', async () => {
  const { id, token } = await newToken({ expires_in_seconds: 3600 });
  const first = join(token, { instance_id: 'member' });
  await expectServed(first);
  const member = async () => (await plane.call('GET', `${GROUP}/join-tokens`)).body.list[0].instances;
  await expect.poll(member).toBe(1);
  first[Symbol.dispose]();
  await plane.database.query('UPDATE join_token SET expires_at = now() WHERE id = $1', [id]);

  using stranger = join(token, { instance_id: 'stranger' });
  await expectRefused(stranger);
  using back = join(token, { instance_id: 'member' });
  await expectServed(back);
});

test('labels of the token stand on every data plane that joins with it', async () => {
  const { token } = await newToken({ labels: { zone: 'b' } });
  using dataPlane = join(token, { instance_id: 'labelled', labels: { zone: 'a', rack: '1' } });
  await expectServed(dataPlane);
  const labels = async () => {
    const { list } = (await plane.call('GET', `${GROUP}/instances`)).body as { list: { id: string; labels: object }[] };
    return list.find(({ id }) => id === 'labelled')?.labels;
  };
  await expect.poll(labels).toEqual({ zone: 'b', rack: '1' });
});

test('a token is told once: neither the list, nor the audit trail, nor the database holds it', async () => {
  const { id, token } = await newToken({ name: 'rack 12', expires_in_seconds: 60 });
  const secret = parseJoinToken(token)?.secret ?? '';
  const [list, audit] = await Promise.all(
    ['join-tokens', ''].map((part) => plane.call('GET', part ? `${GROUP}/${part}` : '/api/v1/audit')),
  );
  expect(list?.body.list).toContainEqual(expect.objectContaining({ id, name: 'rack 12', revoked_at: null }));
  expect(audit?.body.list).toContainEqual(
    expect.objectContaining({ action: 'join_token.create', kind: 'join_token', id, group: 'default' }),
  );
  const rows = await plane.database.query('SELECT join_token::text FROM join_token');
  expect(JSON.stringify([list?.body, audit?.body, rows])).not.toContain(secret);
});

test.each([
  ['a name', { name: '' }],
  ['a future', { name: 'a', expires_in_seconds: 0 }],
  ['labels that are text', { name: 'a', labels: { zone: 1 } }],
])('a token needs %s', async (_, body) => {
  expect((await plane.call('POST', `${GROUP}/join-tokens`, body)).status).toBe(400);
});

test('a control plane that serves its own machine only has no use for tokens, and says what to set', async () => {
  await using plain = await startControlPlane();
  const answer = await plain.call('POST', `${GROUP}/join-tokens`, { name: 'a' });
  expect(answer.status).toBe(409);
  expect(answer.body.error).toMatchObject({
    code: 'JOINING_NEEDS_TLS',
    message: expect.stringContaining('SLUICE_GRPC_TLS'),
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyAuditChain } from '../src/audit/audit-chain.ts';
import { verifyRevisionChain } from '../src/audit/revision-chain.ts';
import { Sealing } from '../src/sealing/sealing.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const route = (uri: string) => ({ uri, upstream: { nodes: { '127.0.0.1:1980': 1 } } });

/** A short history: created, changed, with a secret, deleted. */
async function withHistory(): Promise<TestControlPlane> {
  const plane = await startControlPlane();
  await plane.call('PUT', `${GROUP}/resources/routes/a`, route('/a'));
  await plane.call('PUT', `${GROUP}/resources/routes/a`, route('/b'));
  const jack = { username: 'jack', plugins: { 'key-auth': { key: 'plain-secret' } } };
  await plane.call('PUT', `${GROUP}/resources/consumers/jack`, jack);
  await plane.call('DELETE', `${GROUP}/resources/routes/a`);
  return plane;
}

const verifyRevisions = ({ database, app }: TestControlPlane) =>
  verifyRevisionChain(database, app.get(Sealing, { strict: false }), 'default');

test.each([
  [2, 'an author', `UPDATE revision SET author = 'somebody' WHERE number = 2`],
  [2, 'a time', `UPDATE revision SET created_at = created_at - interval '1 hour' WHERE number = 2`],
  [2, 'a body', `UPDATE resource_version SET body = replace(body, '/b', '/c') WHERE revision = 2`],
  [
    3,
    'a sealed secret',
    `UPDATE resource_version SET sealed = set_byte(sealed, length(sealed) - 1, 0) WHERE revision = 3`,
  ],
  [2, 'a revision that is gone', `DELETE FROM revision WHERE number = 2`],
  [4, 'a deletion that is gone', `DELETE FROM resource_version WHERE revision = 4`],
  [4, 'a digest', `UPDATE revision SET digest = decode(repeat('07', 32), 'hex') WHERE number = 4`],
  [4, 'an end that is cut off', `DELETE FROM revision WHERE number = 4`],
])('the chain of revisions breaks at %i by %s', async (at, _what, tampering) => {
  await using plane = await withHistory();
  expect(await verifyRevisions(plane)).toEqual({ isIntact: true, checked: 4 });
  await plane.database.query(tampering);
  expect(await verifyRevisions(plane)).toMatchObject({ isIntact: false, at });
});

test.each([
  [2, 'an actor', `UPDATE audit_entry SET actor = 'somebody' WHERE scope = 1 AND seq = 2`],
  [2, 'a detail', `UPDATE audit_entry SET detail = '{}' WHERE scope = 1 AND seq = 2`],
  [3, 'an entry that is gone', `DELETE FROM audit_entry WHERE scope = 1 AND seq = 3`],
  [4, 'an end that is cut off', `DELETE FROM audit_entry WHERE scope = 1 AND seq = 4`],
])('the audit trail breaks at %i by %s', async (at, _what, tampering) => {
  await using plane = await withHistory();
  expect(await verifyAuditChain(plane.database, 1)).toEqual({ isIntact: true, checked: 4 });
  await plane.database.query(tampering);
  expect(await verifyAuditChain(plane.database, 1)).toMatchObject({ isIntact: false, at });
});

test('sign-ins that failed and those that did not are told, without what was typed', async () => {
  await using plane = await startControlPlane();
  const first = await readFile(join(plane.dataDir, 'first-start.json'), 'utf8');
  const { username, password } = JSON.parse(first) as { username: string; password: string };
  const headers = { 'x-api-key': '', 'x-request-id': 'request-1234' };
  await plane.call('POST', '/api/v1/session', { username, password: 'a wrong password' }, headers);
  await plane.call('POST', '/api/v1/session', { username: 'typed-password', password: 'x' }, headers);
  await plane.call('POST', '/api/v1/session', { username, password }, headers);

  const { body } = await plane.call('GET', '/api/v1/audit');
  expect(body.list.slice(0, 3)).toMatchObject([
    { action: 'session.start', actor: 'admin', source_ip: '127.0.0.1', group: null },
    { action: 'session.refuse', actor: '(unknown user)' },
    { action: 'session.refuse', actor: 'admin' },
  ]);
  for (const typed of ['a wrong password', 'typed-password', password])
    expect(JSON.stringify(body)).not.toContain(typed);
  expect(await verifyAuditChain(plane.database, 0)).toMatchObject({ isIntact: true });
});

test('pages of the audit trail follow each other through all groups without gap or repetition', async () => {
  await using plane = await withHistory();
  const all = (await plane.call('GET', '/api/v1/audit?limit=500')).body;
  expect(all.next).toBeNull();
  const paged: unknown[] = [];
  for (let next: string | null = ''; next !== null;) {
    const { body } = await plane.call('GET', `/api/v1/audit?limit=2&before=${next}`);
    paged.push(...body.list);
    next = body.next;
  }
  expect(paged).toEqual(all.list);
  expect((await plane.call('GET', '/api/v1/audit?before=nonsense')).status).toBe(400);
});

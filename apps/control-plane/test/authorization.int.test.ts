import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Proof } from '../src/access/access.decorator.ts';
import { type Role, roles } from '../src/access/role.ts';
import { addGroup, type Proving, signedIn, statusOf, withKey } from './credentials.ts';
import { adminApiEndpoints, publicEndpoints, roleEndpoints } from './endpoints.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const listed = [...publicEndpoints, ...Object.keys(roleEndpoints), ...Object.keys(adminApiEndpoints)];
const turnedAway = [401, 403];
const registered = new Set<string>();
let plane: TestControlPlane;
let otherGroup: number;

beforeAll(async () => {
  subscribe('fastify.initialization', watchRoutes);
  plane = await startControlPlane();
  unsubscribe('fastify.initialization', watchRoutes);
  otherGroup = await addGroup(plane, 'other');
});

afterAll(() => plane[Symbol.asyncDispose]());

test('every endpoint that is registered stands in the table', () => {
  const followsGet = (endpoint: string) => registered.has(endpoint.replace(/^HEAD /, 'GET '));
  const unlisted = [...registered].filter((endpoint) => !listed.includes(endpoint));
  expect(unlisted.filter((endpoint) => !(endpoint.startsWith('HEAD ') && followsGet(endpoint)))).toEqual([]);
});

test('every endpoint of the table is registered', () => {
  expect(listed.filter((endpoint) => !registered.has(endpoint))).toEqual([]);
});

test.each(publicEndpoints)('%s is open to everybody', async (endpoint) => {
  expect(turnedAway).not.toContain(await call(endpoint, {}));
});

describe.each(Object.entries(roleEndpoints))('%s', (endpoint, { role, via, anywhere = false }) => {
  const lesser = roles[roles.indexOf(role) - 1];
  const sessions = via.filter((proof) => proof === 'session');

  test('is closed without credentials and with wrong ones', async () => {
    expect(await call(endpoint, {})).toBe(401);
    expect(await call(endpoint, { 'x-api-key': 'wrong' })).toBe(401);
    expect(await call(endpoint, { cookie: 'sluice_session=wrong' })).toBe(401);
  });

  test.each(via)('is closed to a lesser role that is proved by a %s', async (proof) => {
    if (lesser) expect(await call(endpoint, await prove(proof, lesser))).toBe(403);
  });

  test.each(via)(`is open to a role of ${role} that is proved by a %s`, async (proof) => {
    expect(turnedAway).not.toContain(await call(endpoint, await prove(proof, role)));
  });

  test('takes a key only where it says so, and never the key of another group', async () => {
    const takesKeys = via.includes('key');
    if (!anywhere) expect(await call(endpoint, await withKey(plane, 'owner', otherGroup))).toBe(takesKeys ? 403 : 401);
    expect(turnedAway.includes(await call(endpoint, await withKey(plane, 'owner')))).toBe(!takesKeys);
  });

  test.each(anywhere ? [] : sessions)('is closed to an owner of another group, proved by a %s', async () => {
    expect(await call(endpoint, await signedIn(plane, null, { other: 'owner' }))).toBe(403);
  });

  test.each(sessions)('is closed to whom a role was taken away, proved by a %s', async () => {
    const proving = await signedIn(plane, null, { default: role });
    await plane.database.query('DELETE FROM role_binding');
    expect(await call(endpoint, proving)).toBe(401);
  });

  test('writes for a session only with the token of that session', async () => {
    const { cookie = '' } = await signedIn(plane, 'owner');
    const isReading = endpoint.startsWith('GET ');
    for (const proving of [{ cookie }, { cookie, 'x-csrf-token': 'wrong' }]) {
      expect((await call(endpoint, proving)) === 403).toBe(!isReading);
    }
  });
});

describe.each(Object.entries(adminApiEndpoints))('%s', (endpoint, role) => {
  test('is closed without a key, with a wrong one, and to sessions', async () => {
    expect(await call(endpoint, {})).toBe(401);
    expect(await call(endpoint, { 'x-api-key': 'wrong' })).toBe(401);
    expect(await call(endpoint, await signedIn(plane, 'owner'))).toBe(401);
  });

  test('is closed to the key of another group and to a key of a lesser role', async () => {
    expect(await call(endpoint, await withKey(plane, 'owner', otherGroup))).toBe(401);
    if (role === 'editor') expect(await call(endpoint, await withKey(plane, 'viewer'))).toBe(401);
  });

  test(`is open to a key of a ${role}`, async () => {
    expect(turnedAway).not.toContain(await call(endpoint, await withKey(plane, role)));
  });
});

describe.each([
  ['a viewer', () => signedIn(plane, 'viewer')],
  ["a viewer's key", () => withKey(plane, 'viewer')],
  ['the owner of another group', () => signedIn(plane, null, { other: 'owner' })],
  ['the key of an owner of another group', () => withKey(plane, 'owner', otherGroup)],
])('%s', (_who, makeProof) => {
  test('changes nothing of the group, of users or of rights, by any path', async () => {
    await plane.call('PUT', '/api/v1/groups/default/resources/routes/1', routeBody);
    const proving = await makeProof();
    const before = await fingerprint();
    const writes = [...Object.keys(roleEndpoints), ...Object.keys(adminApiEndpoints)].filter(
      (endpoint) => !endpoint.startsWith('GET ') && endpoint !== 'DELETE /api/v1/session',
    );
    for (const endpoint of writes) for (const body of bodies) await call(endpoint, proving, JSON.stringify(body));
    expect(await fingerprint()).toEqual(before);
  });
});

const routeBody = { uri: '/1', upstream: { nodes: { '127.0.0.1:1980': 1 } } };

/** Bodies of which each write finds one that it would take. */
const bodies: readonly object[] = [
  routeBody,
  { role: 'owner' },
  { username: 'mallory', role: 'viewer', password: 'a long enough one' },
  { name: 'mallory', role: 'viewer' },
  { name: 'mallory', description: 'changed' },
  { changes: [{ op: 'delete', kind: 'route', id: '1' }] },
  { edits: [{ op: 'delete', kind: 'route', id: '1' }] },
  { kind: 'route', id: '1' },
  { text: 'a comment' },
  { approval: { required: true } },
  {},
];

/** Everything that a right is needed to change; what people do with their own account is not part of it. */
async function fingerprint(): Promise<unknown> {
  const tables = ['revision', 'resource', 'join_token', 'role_binding', 'draft', 'revision_label', 'revision_comment'];
  const ofTable = (table: string): string => `
    SELECT '${table}' AS name, md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) AS hash FROM ${table} t`;
  const groups = `SELECT 'group', string_agg(g::text, '' ORDER BY g::text) FROM gateway_group g`;
  const users = `SELECT 'users', string_agg(username || disabled || coalesce(role, ''), ',' ORDER BY username) FROM "user"`;
  const keys = `SELECT 'keys', count(*)::text FROM api_token
    WHERE user_id IS NULL AND group_ids IS DISTINCT FROM ARRAY[${otherGroup}]`;
  return plane.database.query([...tables.map(ofTable), groups, users, keys].join(' UNION ALL '));
}

function prove(proof: Proof, role: Role): Promise<Proving> {
  return proof === 'session' ? signedIn(plane, role) : withKey(plane, role);
}

function call(endpoint: string, proving: Proving, body?: string): Promise<number> {
  const values: Readonly<Record<string, string>> = { group: 'default', plural: 'routes', resource: 'routes' };
  const path = endpoint.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? '1').replaceAll('*', 'part');
  return statusOf(plane, path.replace(/^ALL /, 'PUT '), proving, body);
}

function watchRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  // A route for every method is registered as one with a long list of them.
  fastify.addHook('onRoute', ({ method, url }) => {
    registered.add(`${Array.isArray(method) ? 'ALL' : method} ${url}`);
  });
}

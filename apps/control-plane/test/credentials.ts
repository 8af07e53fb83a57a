import { randomBytes, randomUUID } from 'node:crypto';
import { SESSION_COOKIE } from '../src/access/request-credentials.ts';
import type { Role } from '../src/access/role.ts';
import { csrfTokenOf, newToken, tokenHash } from '../src/access/secret-token.ts';
import { Sessions } from '../src/access/sessions.ts';
import { replaceBindings } from '../src/access/users/user-rows.ts';
import { Users } from '../src/access/users.ts';
import type { TestControlPlane } from './start-control-plane.ts';

/** Headers that prove something. */
export type Proving = Readonly<Record<string, string>>;

/** A fresh user of this role (null: none everywhere), and of others in groups, signed in as a browser is. */
export async function signedIn(
  plane: TestControlPlane,
  role: Role | null,
  inGroups: Readonly<Record<string, Role>> = {},
): Promise<Proving> {
  const username = `${role ?? 'member'}-${randomBytes(4).toString('hex')}`;
  const db = plane.database.createQueryRunner();
  try {
    const users = plane.app.get(Users, { strict: false });
    const userId = await users.create(db, { username, role, passwordHash: 'no password' });
    await replaceBindings(
      db,
      userId,
      Object.entries(inGroups).map(([group, held]) => ({ group, role: held })),
    );
    const token = await plane.app.get(Sessions).start(db, { userId, method: 'password', sourceIp: '127.0.0.1' });
    return { cookie: `${SESSION_COOKIE}=${token}`, 'x-csrf-token': csrfTokenOf(token) };
  } finally {
    await db.release();
  }
}

/** A fresh admin key of this role, in one group or (null) in all. */
export async function withKey(plane: TestControlPlane, role: Role, groupId: number | null = null): Promise<Proving> {
  const key = newToken();
  const insert = 'INSERT INTO api_token (id, name, hash, role, group_ids) VALUES ($1, $2, $3, $4, $5)';
  await plane.database.query(insert, [randomUUID(), `${role} key`, tokenHash(key), role, groupId && [groupId]]);
  return { 'x-api-key': key };
}

/** A second gateway group; returns its id. */
export async function addGroup(plane: TestControlPlane, name: string): Promise<number> {
  const insert = 'INSERT INTO gateway_group (name, etcd_prefix) VALUES ($1, $2) RETURNING id';
  const [group] = await plane.database.query<{ id: number }[]>(insert, [name, `/sluice/${name}`]);
  if (!group) throw new Error('No group was made.');
  return group.id;
}

/** A request whose answer's body is not read. */
export async function statusOf(
  plane: TestControlPlane,
  endpoint: string,
  proving: Proving,
  body = '{}',
): Promise<number> {
  const [method = '', path = ''] = endpoint.split(' ');
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(plane.url + path, {
    method,
    headers: { ...proving, ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body }),
  });
  await response.body?.cancel();
  return response.status;
}

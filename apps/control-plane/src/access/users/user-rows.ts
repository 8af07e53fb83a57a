import type { DataSource, QueryRunner } from 'typeorm';
import { Refusal } from '../../http/refusal.ts';
import { bindingsOfUser } from '../grants-sql.ts';
import type { Grant, Role } from '../role.ts';
import type { UserView } from './user.schema.ts';

/** Any number that all control planes agree on: who decides about users sees what was decided before. */
const PEOPLE_LOCK = 0x51_01_e0;

/** A user as administration reads them. */
export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly display_name: string | null;
  readonly email: string | null;
  readonly role: Role | null;
  readonly bindings: readonly (Grant & { readonly group: string })[];
  readonly origin: 'local' | 'oidc';
  readonly disabled: boolean;
  readonly must_change_password: boolean;
  readonly has_password: boolean;
  readonly created_at: Date;
  readonly password_changed_at: Date;
  readonly last_sign_in_at: Date | null;
}

/** The columns of a `UserRow`, of a table that is called `"user"`. */
export const userColumns = `"user".id, "user".username, "user".display_name, "user".email, "user".role, "user".disabled,
  "user".must_change_password, "user".created_at, "user".password_changed_at, "user".last_sign_in_at,
  CASE WHEN "user".oidc_subject IS NULL THEN 'local' ELSE 'oidc' END AS origin,
  "user".password_hash IS NOT NULL AS has_password, ${bindingsOfUser} AS bindings`;

/**
 * Makes this transaction the only one that changes users and roles until it ends: two owners who remove each other at once
 * must not both succeed.
 */
export async function lockPeople(db: QueryRunner): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [PEOPLE_LOCK]);
}

/** The user of a name, or a 404. */
export async function userNamed(db: QueryRunner | DataSource, username: string): Promise<UserRow> {
  const [row]: UserRow[] = await db.query(`SELECT ${userColumns} FROM "user" WHERE username = $1`, [username]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such user.');
  return row;
}

/** Everything that a user may do. */
export function grantsOf({ role, bindings }: Pick<UserRow, 'role' | 'bindings'>): Grant[] {
  return [...(role === null ? [] : [{ group: null, role }]), ...bindings];
}

/** Replaces all roles that a user has in groups. Refuses groups that there are not, at their place in the body. */
export async function replaceBindings(
  db: QueryRunner,
  userId: string,
  groups: readonly { readonly group: string; readonly role: Role }[],
): Promise<void> {
  const names = groups.map(({ group }) => group);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0) throw new Refusal('INVALID', 'A group is named twice.', { field: `/groups/${twice}/group` });
  const select = 'SELECT id, name FROM gateway_group WHERE name = ANY ($1)';
  const known: { id: number; name: string }[] = await db.query(select, [names]);
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  const missing = names.findIndex((name) => !ids.has(name));
  if (missing >= 0)
    throw new Refusal('INVALID', 'There is no such gateway group.', { field: `/groups/${missing}/group` });
  await db.query('DELETE FROM role_binding WHERE user_id = $1', [userId]);
  await db.query(
    `INSERT INTO role_binding (user_id, group_id, role) SELECT $1, * FROM unnest($2::integer[], $3::text[])`,
    [userId, names.map((name) => ids.get(name)), groups.map(({ role }) => role)],
  );
}

/** Whether somebody is left who may do everything and needs no provider to sign in. */
export async function hasLocalOwner(db: QueryRunner): Promise<boolean> {
  const [row]: { found: boolean }[] = await db.query(
    `SELECT EXISTS (
       SELECT FROM "user" WHERE role = 'owner' AND NOT disabled AND password_hash IS NOT NULL) AS found`,
  );
  return row?.found ?? false;
}

/** Refuses what would leave nobody who may do everything. */
export async function requireLocalOwner(db: QueryRunner): Promise<void> {
  if (await hasLocalOwner(db)) return;
  throw new Refusal('CONFLICT', 'The last owner who signs in with a password must stay one. Make another owner first.');
}

/** A user as administrators see them. */
export function userView(row: UserRow, isMapped: boolean): UserView {
  return {
    username: row.username,
    display_name: row.display_name,
    email: row.email,
    role: row.role,
    groups: row.bindings.map(({ group, role }) => ({ group, role })),
    origin: row.origin,
    roles_from_provider: isMapped && row.origin === 'oidc',
    disabled: row.disabled,
    must_change_password: row.must_change_password,
    created_at: row.created_at.toISOString(),
    password_changed_at: row.has_password ? row.password_changed_at.toISOString() : null,
    last_sign_in_at: row.last_sign_in_at?.toISOString() ?? null,
  };
}

import { randomUUID } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { Refusal } from '../../http/refusal.ts';
import type { TokenApi } from '../principal.ts';
import type { Grant, Role } from '../role.ts';
import type { TokenRequest, TokenView } from './token.schema.ts';

/** A token as administration reads it. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly user_id: string | null;
  readonly username: string | null;
  readonly prefix: string | null;
  readonly role: Role;
  readonly groups: readonly string[] | null;
  readonly read_only: boolean;
  readonly apis: readonly TokenApi[];
  readonly kinds: readonly string[] | null;
  readonly created_by: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** The columns of a `TokenRow`, and where they come from. */
export const tokenColumns = `token.id, token.name, token.user_id, "user".username, token.prefix, token.role,
  token.read_only, token.apis, token.kinds, token.created_by, token.created_at, token.expires_at, token.last_used_at,
  token.revoked_at, CASE WHEN token.group_ids IS NOT NULL THEN ARRAY(
    SELECT name FROM gateway_group WHERE id = ANY (token.group_ids) ORDER BY name) END AS groups`;

/** The tables behind `tokenColumns`. */
export const tokenTables = `api_token token LEFT JOIN "user" ON "user".id = token.user_id`;

/** A token to be kept, and for whom. */
export interface NewTokenRow {
  readonly request: TokenRequest;
  readonly userId: string | null;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly createdBy: string;
}

/** Keeps a token; refuses groups that there are not, at their place in the body. Returns its id. */
export async function insertToken(db: QueryRunner, row: NewTokenRow): Promise<string> {
  const { request, userId, hash, prefix, createdBy } = row;
  const { name, role, groups = null, read_only: readOnly, apis, kinds = null, expires_in_days: days = null } = request;
  const groupIds = groups && (await groupIdsOf(db, groups));
  const id = randomUUID();
  await db.query(
    `INSERT INTO api_token (id, name, hash, role, group_ids, read_only, apis, kinds, prefix, user_id, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(days => $12))`,
    [id, name, hash, role, groupIds, readOnly, apis, kinds, prefix, userId, createdBy, days],
  );
  return id;
}

async function groupIdsOf(db: QueryRunner, groups: readonly string[]): Promise<number[]> {
  const known: { id: number; name: string }[] = await db.query(
    'SELECT id, name FROM gateway_group WHERE name = ANY ($1)',
    [groups],
  );
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  return groups.map((name, i) => {
    const id = ids.get(name);
    if (id === undefined) throw new Refusal('INVALID', 'There is no such gateway group.', { field: `/groups/${i}` });
    return id;
  });
}

/** What a token gives at most. */
export function grantsOfToken({ role, groups = null }: Pick<TokenRequest, 'role' | 'groups'>): Grant[] {
  return groups === null ? [{ group: null, role }] : groups.map((group) => ({ group, role }));
}

/** A token as it is shown. */
export function tokenView(row: TokenRow): TokenView {
  const { user_id: userId, ...shown } = row;
  const instant = (time: Date | null): string | null => time?.toISOString() ?? null;
  return {
    ...shown,
    type: userId === null ? 'service' : 'own',
    groups: row.groups && [...row.groups],
    apis: [...row.apis],
    kinds: row.kinds && [...row.kinds],
    created_at: row.created_at.toISOString(),
    expires_at: instant(row.expires_at),
    last_used_at: instant(row.last_used_at),
    revoked_at: instant(row.revoked_at),
  };
}

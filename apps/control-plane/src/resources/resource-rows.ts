import type { DataSource, QueryRunner } from 'typeorm';
import { keyOf, type ResourceKey, type StoredResource } from './change-set.ts';

/** Whatever runs statements: the pool, or one transaction. */
export type Queryable = Pick<DataSource | QueryRunner, 'query'>;

/** The columns of a stored resource, under their names here. */
export const resourceColumns = `kind, id, body, sealed, hash, refs, claims, created_revision AS "createdRevision",
  modified_revision AS "modifiedRevision", expires_at AS "expiresAt"`;

/** One resource as it is now. */
export async function findResource(
  db: Queryable,
  groupId: number,
  { kind, id }: ResourceKey,
): Promise<StoredResource | null> {
  const select = `SELECT ${resourceColumns} FROM resource WHERE group_id = $1 AND kind = $2 AND id = $3`;
  const [row] = (await db.query(select, [groupId, kind, id])) as StoredResource[];
  return row ?? null;
}

/** Those of the named resources that exist now, by `kind/id`. */
export async function findResources(
  db: Queryable,
  groupId: number,
  keys: readonly ResourceKey[],
): Promise<Map<string, StoredResource>> {
  const [only] = keys;
  if (only && keys.length === 1) {
    const found = await findResource(db, groupId, only);
    return new Map(found ? [[keyOf(found), found]] : []);
  }
  const rows = await keyByKey<StoredResource>(db, groupId, keys, resourceColumns);
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Which of the named resources exist now, as `kind/id`. */
export async function existingKeys(
  db: Queryable,
  groupId: number,
  keys: readonly ResourceKey[],
): Promise<readonly string[]> {
  return (await keyByKey<ResourceKey>(db, groupId, keys, 'kind, id')).map(keyOf);
}

/** Looks each key up by itself, whatever the statistics say: with outdated ones, a join of 10,000 has taken a minute. */
function keyByKey<R>(db: Queryable, groupId: number, keys: readonly ResourceKey[], columns: string): Promise<R[]> {
  const select = `
    SELECT found.* FROM (SELECT DISTINCT * FROM unnest($2::text[], $3::text[])) wanted (kind, id)
    CROSS JOIN LATERAL (
      SELECT ${columns} FROM resource WHERE group_id = $1 AND kind = wanted.kind AND id = wanted.id OFFSET 0
    ) found`;
  return db.query(select, [groupId, keys.map((key) => key.kind), keys.map((key) => key.id)]);
}

import type { QueryRunner } from 'typeorm';
import type { Queryable } from '../resources/resource-rows.ts';

/** A gateway group as it is stored, with how many data planes it has. */
export interface GroupRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly etcd_prefix: string;
  readonly revision: number;
  readonly resource_count: number;
  readonly created_at: Date;
  readonly digest: Buffer;
  readonly instances: number;
  readonly connected: readonly string[];
}

/** A data plane that has been silent for this long is not connected, whatever its row says. */
const SILENT_SECONDS = 15;

const SELECT = `
  SELECT g.id, name, description, etcd_prefix, head_revision AS revision, resource_count, created_at, digest,
    (SELECT count(*)::integer FROM instance WHERE group_id = g.id) AS instances,
    ARRAY(SELECT i.id FROM instance i WHERE group_id = g.id AND state <> 'offline'
      AND last_seen > now() - make_interval(secs => ${SILENT_SECONDS}) ORDER BY i.id) AS connected
  FROM gateway_group g`;

/** All gateway groups, by name. */
export function listGroups(db: Queryable): Promise<GroupRow[]> {
  return db.query(`${SELECT} ORDER BY name`);
}

/** One gateway group, or undefined. */
export async function findGroup(db: Queryable, name: string): Promise<GroupRow | undefined> {
  const [row] = (await db.query(`${SELECT} WHERE name = $1`, [name])) as GroupRow[];
  return row;
}

/** The group whose prefix contains another prefix or lies inside it: each would take the keys of the other for its own. */
export async function groupWithin(db: Queryable, prefix: string): Promise<string | undefined> {
  const select = `SELECT name FROM gateway_group
    WHERE starts_with(etcd_prefix || '/', $1 || '/') OR starts_with($1 || '/', etcd_prefix || '/') LIMIT 1`;
  const [row] = (await db.query(select, [prefix])) as { name: string }[];
  return row?.name;
}

/**
 * Deletes a group with all that belongs to it. What refers to the group is deleted by the database, except for history,
 * which nothing else may ever delete.
 */
export async function deleteGroup(db: QueryRunner, id: number): Promise<void> {
  for (const table of ['revision_label', 'revision_kind', 'resource', 'resource_version', 'outbox', 'revision']) {
    await db.query(`DELETE FROM ${table} WHERE group_id = $1`, [id]);
  }
  await db.query('DELETE FROM gateway_group WHERE id = $1', [id]);
}

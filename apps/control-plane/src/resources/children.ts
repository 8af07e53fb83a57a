import { childKindsOf } from '@sluice/schema';
import { keyOf, type Effect, type StoredResource } from './change-set.ts';
import { resourceColumns } from './resource-rows.ts';
import type { WriteContext } from './revision-writer.ts';

/** What goes with what is deleted: the resources that live in it, unless the effects already say what becomes of them. */
export async function childDeletions(
  { db, group }: Pick<WriteContext, 'db' | 'group'>,
  effects: readonly Effect[],
): Promise<Effect[]> {
  const parents = effects.filter(({ kind, after }) => !after && childKindsOf(kind).length > 0);
  if (parents.length === 0) return [];
  const kinds = [...new Set(parents.flatMap(({ kind }) => childKindsOf(kind).map(({ name }) => name)))];
  // A child refers to its parent, and references are indexed.
  const select = `SELECT ${resourceColumns} FROM resource
    WHERE group_id = $1 AND kind = ANY($2) AND refs <> '{}' AND refs && $3 ORDER BY kind, id`;
  const children: StoredResource[] = await db.query(select, [group.id, kinds, parents.map(keyOf)]);
  const changed = new Set(effects.map(keyOf));
  return children
    .filter((child) => !changed.has(keyOf(child)))
    .map((before) => ({ kind: before.kind, id: before.id, before, after: null }));
}

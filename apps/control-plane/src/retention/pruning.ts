import type { DataSource } from 'typeorm';

const REVISIONS_AT_ONCE = 500;

/**
 * Deletes what archived revisions have replaced: a version that a later archived revision followed, unless a state between
 * the two is kept, and the mark of a deletion with the version that it deleted. What stays is the state in which the archive
 * ends, and what revisions with a label need. Goes in small steps that nobody waits for.
 */
export async function pruneVersions(database: DataSource, groupId: number, signal?: AbortSignal): Promise<void> {
  const archives: { first: number; last: number }[] = await database.query(UNPRUNED, [groupId]);
  const [end]: { last: number | null }[] = await database.query(END, [groupId]);
  for (const { first, last } of archives) {
    for (let from = first; from <= last; from += REVISIONS_AT_ONCE) {
      if (signal?.aborted) return;
      const to = Math.min(last, from + REVISIONS_AT_ONCE - 1);
      await database.query(PRUNE, [groupId, from, to, end?.last ?? 0]);
    }
    await database.query('UPDATE revision_archive SET pruned = true WHERE group_id = $1 AND last = $2', [
      groupId,
      last,
    ]);
  }
}

const UNPRUNED = 'SELECT first, last FROM revision_archive WHERE group_id = $1 AND NOT pruned ORDER BY last';

const END = 'SELECT max(last) AS last FROM revision_archive WHERE group_id = $1';

/** Headers that are still there at or before the end of the archive are those of kept revisions. */
const PRUNE = `
  DELETE FROM resource_version v USING (
    SELECT kind, id, revision, previous_revision, body IS NULL AS is_deletion FROM resource_version
    WHERE group_id = $1 AND revision BETWEEN $2 AND $3 AND previous_revision IS NOT NULL
  ) next
  WHERE v.group_id = $1 AND v.kind = next.kind AND v.id = next.id
    AND (v.revision = next.previous_revision OR next.is_deletion AND v.revision = next.revision)
    AND NOT EXISTS (
      SELECT FROM revision kept WHERE kept.group_id = $1 AND kept.number <= $4
        AND kept.number BETWEEN next.previous_revision AND next.revision)`;

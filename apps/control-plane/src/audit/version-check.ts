import { elementHash, type RevisionChange, sameBytes } from '@sluice/sync';
import type { DataSource } from 'typeorm';
import type { Sealing } from '../sealing/sealing.ts';

/** A stored version of a resource, with its hash. */
export interface CheckedVersion {
  readonly kind: string;
  readonly id: string;
  readonly body: string | null;
  readonly sealed: Buffer | null;
  readonly after: Buffer | null;
}

/** What a revision did to a resource, as it is stored. */
export interface VersionRow extends CheckedVersion, Pick<RevisionChange, 'before'> {
  readonly revision: number;
  /** It names the version before it, or none where there was none. */
  readonly follows: boolean;
}

const PAGE_VERSIONS = 2_000;

/** Whether a version is what was hashed when it was written. */
export function hasItsHash({ kind, id, body, sealed, after }: CheckedVersion, sealing: Sealing): boolean {
  if (body === null) return after === null && sealed === null;
  try {
    return after !== null && sameBytes(elementHash(kind, id, sealing.open({ kind, id, body, sealed })), after);
  } catch {
    // An envelope that does not open was altered, or taken from another resource: the answer is the same.
    return false;
  }
}

/** The changes of some revisions that follow each other, by revision; read in pages, for there may be many. */
export async function changesBetween(
  database: DataSource,
  groupId: number,
  after: number,
  revisions: readonly { readonly number: number }[],
): Promise<Map<number, VersionRow[]>> {
  const changes = new Map<number, VersionRow[]>();
  const to = revisions.at(-1)?.number ?? after;
  let place: readonly [number, string, string] | undefined = [after + 1, '', ''];
  while (place) {
    const page: VersionRow[] = await database.query(VERSIONS, [groupId, ...place, to, PAGE_VERSIONS]);
    for (const row of page) append(changes, row);
    const last: VersionRow | undefined = page.length === PAGE_VERSIONS ? page.at(-1) : undefined;
    place = last && [last.revision, last.kind, last.id];
  }
  return changes;
}

function append(changes: Map<number, VersionRow[]>, row: VersionRow): void {
  const known = changes.get(row.revision);
  if (known) known.push(row);
  else changes.set(row.revision, [row]);
}

/** A version follows the newest one before it; of a resource that had been deleted it follows none. */
const VERSIONS = `
  SELECT version.revision, version.kind, version.id, version.body, version.sealed, version.hash AS after,
    previous.hash AS before,
    version.previous_revision IS NOT DISTINCT FROM CASE WHEN previous.body IS NOT NULL THEN previous.revision END AS follows
  FROM resource_version version LEFT JOIN LATERAL (
    SELECT hash, body, revision FROM resource_version older
    WHERE older.group_id = version.group_id AND older.kind = version.kind AND older.id = version.id
      AND older.revision < version.revision
    ORDER BY older.revision DESC LIMIT 1
  ) previous ON true
  WHERE version.group_id = $1 AND (version.revision, version.kind, version.id) > ($2, $3, $4) AND version.revision <= $5
  ORDER BY version.revision, version.kind, version.id LIMIT $6`;

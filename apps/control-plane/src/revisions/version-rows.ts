import type { SealedBody } from '../sealing/sealing.ts';
import type { Queryable } from '../resources/resource-rows.ts';

/** A resource as it was after some revision; without a body it was not there. */
export interface Version {
  readonly kind: string;
  readonly id: string;
  readonly body: string | null;
  readonly sealed: Buffer | null;
  readonly hash: Buffer | null;
}

/** A version that was there. */
export type PresentVersion = Version & SealedBody & { readonly hash: Buffer };

/** A resource before and after: one line of a diff. */
export interface VersionPair {
  readonly before: Version;
  readonly after: Version;
}

/** Whether a version is a resource, not its absence. */
export function isPresent(version: Version): version is PresentVersion {
  return version.body !== null && version.hash !== null;
}

/** Which lines of a diff are wanted. */
export interface Slice {
  readonly limit: number;
  readonly offset: number;
}

/** What one revision changed, in order of kind and id. */
export async function changesOfRevision(
  db: Queryable,
  groupId: number,
  number: number,
  { limit, offset }: Slice,
): Promise<VersionPair[]> {
  const rows = await db.query(
    `SELECT v.kind, v.id, v.body, v.sealed, v.hash, p.body AS old_body, p.sealed AS old_sealed, p.hash AS old_hash
     FROM resource_version v LEFT JOIN resource_version p
       ON p.group_id = v.group_id AND p.kind = v.kind AND p.id = v.id AND p.revision = v.previous_revision
     WHERE v.group_id = $1 AND v.revision = $2 ORDER BY v.kind, v.id LIMIT $3 OFFSET $4`,
    [groupId, number, limit, offset],
  );
  return rows.map(pairOf);
}

/**
 * What differs between the states after two revisions, whichever is older. Only what was changed between them is looked at,
 * so that the cost follows the changes, not the size of the state.
 */
export async function differences(
  db: Queryable,
  groupId: number,
  { from, to }: { readonly from: number; readonly to: number },
  { limit, offset }: Slice,
): Promise<VersionPair[]> {
  const version = (at: string): string => `
    LEFT JOIN LATERAL (
      SELECT body, sealed, hash FROM resource_version
      WHERE group_id = $1 AND kind = touched.kind AND id = touched.id AND revision <= ${at}
      ORDER BY revision DESC LIMIT 1
    )`;
  const rows = await db.query(
    `SELECT touched.kind, touched.id, n.body, n.sealed, n.hash, o.body AS old_body, o.sealed AS old_sealed,
       o.hash AS old_hash
     FROM (
       SELECT DISTINCT kind, id FROM resource_version
       WHERE group_id = $1 AND revision > least($2::bigint, $3::bigint) AND revision <= greatest($2::bigint, $3::bigint)
     ) touched ${version('$2')} o ON true ${version('$3')} n ON true
     WHERE o.hash IS DISTINCT FROM n.hash ORDER BY touched.kind, touched.id LIMIT $4 OFFSET $5`,
    [groupId, from, to, limit, offset],
  );
  return rows.map(pairOf);
}

/** A version and the one before it, as one row. */
export interface PairRow extends Version {
  readonly old_body: string | null;
  readonly old_sealed: Buffer | null;
  readonly old_hash: Buffer | null;
}

/** The pair that a row holds. */
export function pairOf({ kind, id, body, sealed, hash, ...old }: PairRow): VersionPair {
  const before = { kind, id, body: old.old_body, sealed: old.old_sealed, hash: old.old_hash };
  return { before, after: { kind, id, body, sealed, hash } };
}

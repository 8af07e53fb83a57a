import { sameBytes, StateDigest } from '@sluice/sync';
import type { DataSource } from 'typeorm';
import type { Sealing } from '../sealing/sealing.ts';
import type { Link } from './revision-chain.ts';
import { type CheckedVersion, hasItsHash } from './version-check.ts';

const PAGE = 2_000;

/**
 * What is wrong with the versions that stay when the history before them is archived: the state from which the rest of
 * history goes on. Undefined where nothing is, or nothing was archived.
 */
export async function baseProblem(
  database: DataSource,
  sealing: Sealing,
  { groupId, anchor }: { readonly groupId: number; readonly anchor: Link },
): Promise<string | undefined> {
  const sum = StateDigest.empty();
  let last: CheckedVersion | undefined;
  do {
    const after = [last?.kind ?? '', last?.id ?? ''];
    const page: CheckedVersion[] = await database.query(BASE, [groupId, anchor.number, ...after, PAGE]);
    const altered = page.find((version) => !hasItsHash(version, sealing));
    if (altered) return `${altered.kind} "${altered.id}" is not what was written`;
    for (const { after: hash } of page) if (hash) sum.add(hash);
    last = page.length === PAGE ? page.at(-1) : undefined;
  } while (last);
  return sameBytes(sum.toBytes(), anchor.digest)
    ? undefined
    : 'what is left of history does not go on from the archive';
}

const BASE = `
  SELECT DISTINCT ON (kind, id) kind, id, body, sealed, hash AS after FROM resource_version
  WHERE group_id = $1 AND revision <= $2 AND (kind, id) > ($3, $4)
  ORDER BY kind, id, revision DESC LIMIT $5`;

import { kinds, type KindName } from '@sluice/schema';
import type { DataSource } from 'typeorm';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { claimsOf } from '../kinds/claims.ts';
import type { Sealing } from '../sealing/sealing.ts';

const PAGE_ROWS = 500;

interface ClaimingRow {
  readonly group_id: number;
  readonly kind: string;
  readonly id: string;
  readonly body: string;
  readonly sealed: Buffer | null;
  readonly hash: Buffer;
  readonly claims: readonly string[];
}

/**
 * Makes what resources claim anew with the first key of the ring: claims are fingerprints, and those of a key that has left
 * the ring are recognised by nobody, so that two consumers could have the same key. Returns how many resources changed.
 */
export async function rotateClaims(database: DataSource, sealing: Sealing, catalogue: Catalogue): Promise<number> {
  let count = 0;
  let last: ClaimingRow | undefined;
  do {
    const place = [last?.group_id ?? 0, last?.kind ?? '', last?.id ?? ''];
    const page: ClaimingRow[] = await database.query(PAGE, [...place, PAGE_ROWS]);
    for (const row of page) count += await renewClaims(database, row, { sealing, lookup: catalogue.lookup });
    last = page.length === PAGE_ROWS ? page.at(-1) : undefined;
  } while (last);
  return count;
}

async function renewClaims(
  database: DataSource,
  row: ClaimingRow,
  context: Parameters<typeof claimsOf>[2],
): Promise<number> {
  const kind = kinds.get(row.kind as KindName);
  if (!kind) return 0;
  const tokens = claimsOf(kind, context.sealing.openValue(row), context).map(({ token }) => token);
  if (tokens.join(' ') === row.claims.join(' ')) return 0;
  const values = [tokens, row.group_id, row.kind, row.id, row.hash];
  const [, changed] = (await database.query(UPDATE, values)) as [unknown, number];
  return changed;
}

const PAGE = `
  SELECT group_id, kind, id, body, sealed, hash, claims FROM resource
  WHERE claims <> '{}' AND (group_id, kind, id) > ($1, $2, $3) ORDER BY group_id, kind, id LIMIT $4`;

/** Not where somebody wrote it meanwhile: the writer made the claims. */
const UPDATE = 'UPDATE resource SET claims = $1 WHERE group_id = $2 AND kind = $3 AND id = $4 AND hash = $5';

import { canonicalJson, type JsonObject } from '@sluice/schema';
import { elementHash, sameBytes, StateDigest } from '@sluice/sync';
import type { DataSource, QueryRunner } from 'typeorm';
import { inTransaction } from '../database/transaction.ts';
import type { Sealing } from '../sealing/sealing.ts';
import { broken, type ChainReport } from './chain-report.ts';

const PAGE = 2_000;

interface StateRow {
  readonly kind: string;
  readonly id: string;
  readonly body: string;
  readonly sealed: Buffer | null;
  readonly hash: Buffer;
  readonly modified_revision: number;
  readonly value: JsonObject;
  readonly is_same: boolean;
}

interface Head {
  readonly id: number;
  readonly number: number;
  readonly digest: Buffer;
  readonly count: number;
}

/**
 * Checks the resources as they are now against the last version of each in history, and all of them against the digest of
 * the group: what is sent to data planes is what was written.
 */
export function verifyState(database: DataSource, sealing: Sealing, group: string): Promise<ChainReport> {
  return inTransaction(database, async (db) => {
    // One snapshot for all pages, so that a write in between is seen whole or not at all.
    await db.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const [head]: Head[] = await db.query(HEAD, [group]);
    if (!head) throw new Error(`There is no gateway group ${group}.`);
    return { answer: await checkAll(db, sealing, head), commit: false };
  });
}

async function checkAll(db: QueryRunner, sealing: Sealing, head: Head): Promise<ChainReport> {
  const sum = StateDigest.empty();
  let count = 0;
  let last: StateRow | undefined;
  do {
    const page: StateRow[] = await db.query(STATE, [head.id, last?.kind ?? '', last?.id ?? '', PAGE]);
    for (const row of page) {
      if (!isIntact(row, sealing))
        return broken(row.modified_revision, `${row.kind} "${row.id}" is not what its last revision made it`);
      sum.add(row.hash);
    }
    count += page.length;
    last = page.length === PAGE ? page.at(-1) : undefined;
  } while (last);
  const isWhole = count === head.count && sameBytes(sum.toBytes(), head.digest);
  return isWhole ? { isIntact: true, checked: count } : broken(head.number, 'a resource is missing, or one too many');
}

const HEAD = 'SELECT id, head_revision AS number, digest, resource_count AS count FROM gateway_group WHERE name = $1';

const STATE = `
  SELECT r.kind, r.id, r.body, r.sealed, r.hash, r.modified_revision,
    r.value, v.hash = r.hash AND v.revision = r.modified_revision
      AND r.created_revision <= r.modified_revision AS is_same
  FROM resource r LEFT JOIN LATERAL (
    SELECT hash, revision FROM resource_version v
    WHERE v.group_id = r.group_id AND v.kind = r.kind AND v.id = r.id ORDER BY v.revision DESC LIMIT 1
  ) v ON true
  WHERE r.group_id = $1 AND (r.kind, r.id) > ($2, $3) ORDER BY r.kind, r.id LIMIT $4`;

function isIntact({ kind, id, body, sealed, hash, value, is_same: isSame }: StateRow, sealing: Sealing): boolean {
  try {
    if (!isSame || canonicalJson(value) !== body) return false;
    return sameBytes(elementHash(kind, id, sealing.open({ kind, id, body, sealed })), hash);
  } catch {
    // An envelope that does not open was altered, or taken from another resource: the answer is the same.
    return false;
  }
}

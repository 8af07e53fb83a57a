import type { DataSource } from 'typeorm';
import { auditHash, type RecordedEntry } from './audit-writer.ts';
import { broken, type ChainReport } from './chain-report.ts';

const PAGE_ROWS = 1_000;

type EntryRow = Omit<RecordedEntry, 'at'> & {
  readonly at: Date;
  readonly is_exact: boolean;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
};

/** Checks the audit trail of a scope from its first entry: nothing changed, nothing missing, nothing out of place. */
export async function verifyAuditChain(database: DataSource, scope: number): Promise<ChainReport> {
  const atFirst = await endOf(database, scope);
  let [seq, hash]: [number, Buffer] = [0, Buffer.alloc(32)];
  for (;;) {
    const rows = await database.query<EntryRow[]>(PAGE, [scope, seq, PAGE_ROWS]);
    for (const row of rows) {
      const reason = problemOf(row, seq + 1, hash);
      if (reason) return broken(seq + 1, reason);
      ({ seq, hash } = row);
    }
    if (rows.length < PAGE_ROWS) break;
  }
  const end = await endOf(database, scope);
  // Entries that came while this read are no fault; but none may have been cut off at the end, and none put there.
  if (seq < atFirst.seq) return broken(seq + 1, 'the trail ends before the entry that was written last');
  const isEnd = end.seq > seq || (end.seq === seq && end.hash.equals(hash));
  if (!isEnd) return broken(seq, 'the trail does not end with the entry that was written last');
  const [missing] = await database.query<{ number: number }[]>(UNTOLD, [scope]);
  if (missing) return broken(seq + 1, `there is no entry about revision ${missing.number}`);
  return { isIntact: true, checked: seq };
}

async function endOf(database: DataSource, scope: number): Promise<{ seq: number; hash: Buffer }> {
  const [end] = await database.query<{ seq: number; hash: Buffer }[]>(END, [scope]);
  return end ?? { seq: 0, hash: Buffer.alloc(32) };
}

/** Hashes cover times to the millisecond; what is finer was not written by us. */
const PAGE = `
  SELECT scope, seq, at, at = date_trunc('milliseconds', at) AS is_exact, actor, actor_type, action, group_name, kind, id,
    revision, source_ip, request_id, detail, previous_hash, hash
  FROM audit_entry WHERE scope = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

const END = 'SELECT seq, hash FROM audit_chain WHERE scope = $1';

/** A trail whose end was cut off together with the note of where it ends still lacks the entries of revisions. */
const UNTOLD = `
  SELECT number FROM revision
  WHERE group_id = $1 AND NOT EXISTS (
    SELECT FROM audit_entry
    WHERE scope = $1 AND audit_entry.revision = revision.number AND action LIKE 'resource.%')
  ORDER BY number LIMIT 1`;

function problemOf(row: EntryRow, seq: number, previous: Buffer): string | undefined {
  if (row.seq !== seq) return 'the entry is missing';
  if (!row.previous_hash.equals(previous)) return 'the entry does not follow the one before it';
  const { previous_hash: _previous, is_exact: isExact, hash, at, ...entry } = row;
  const recorded = { ...entry, at: at.toISOString() };
  return isExact && auditHash(previous, recorded).equals(hash) ? undefined : 'the entry is not what was written';
}

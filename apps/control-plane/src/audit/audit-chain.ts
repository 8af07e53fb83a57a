import type { DataSource } from 'typeorm';
import { auditHash, type RecordedEntry } from './audit-writer.ts';
import { broken, type ChainReport } from './chain-report.ts';

const PAGE_ROWS = 1_000;

type EntryRow = Omit<RecordedEntry, 'at'> & {
  readonly at: Date;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
};

/** Checks the audit trail of a scope from its first entry: nothing changed, nothing missing, nothing out of place. */
export async function verifyAuditChain(database: DataSource, scope: number): Promise<ChainReport> {
  let seq = 0;
  let hash: Buffer = Buffer.alloc(32);
  for (;;) {
    const rows = await database.query<EntryRow[]>(PAGE, [scope, seq, PAGE_ROWS]);
    for (const row of rows) {
      const reason = problemOf(row, seq + 1, hash);
      if (reason) return broken(seq + 1, reason);
      ({ seq, hash } = row);
    }
    if (rows.length < PAGE_ROWS) break;
  }
  const [end] = await database.query<{ seq: number; hash: Buffer }[]>(END, [scope]);
  // Without this, entries could be cut off at the end.
  if ((end?.seq ?? 0) !== seq || !(end?.hash ?? Buffer.alloc(32)).equals(hash)) {
    return broken(seq + 1, 'the trail ends before the entry that was written last');
  }
  return { isIntact: true, checked: seq };
}

const PAGE = `
  SELECT scope, seq, at, actor, actor_type, action, group_name, kind, id, revision, source_ip, request_id, detail,
    previous_hash, hash
  FROM audit_entry WHERE scope = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

const END = 'SELECT seq, hash FROM audit_chain WHERE scope = $1';

function problemOf(row: EntryRow, seq: number, previous: Buffer): string | undefined {
  if (row.seq !== seq) return 'the entry is missing';
  if (!row.previous_hash.equals(previous)) return 'the entry does not follow the one before it';
  const { previous_hash: _previous, hash, at, ...entry } = row;
  const recorded = { ...entry, at: at.toISOString() };
  return auditHash(previous, recorded).equals(hash) ? undefined : 'the entry is not what was written';
}

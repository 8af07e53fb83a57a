import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, type JsonObject } from '@sluice/schema';
import type { QueryRunner } from 'typeorm';
import { runPrepared } from '../database/prepared.ts';
import { wordsOfEntry } from './audit-words.ts';

/** Scope of entries that belong to no gateway group; any other scope is a group's id. */
export const SYSTEM_SCOPE = 0;

/** One thing that somebody did. The detail never carries a secret, not even masked context that narrows one down. */
export interface AuditEntry {
  readonly scope: number;
  readonly actor: string;
  readonly actor_type: 'user' | 'admin_key' | 'system';
  readonly action: string;
  readonly group_name?: string | null;
  readonly kind?: string | null;
  readonly id?: string | null;
  readonly revision?: number | null;
  readonly source_ip?: string | null;
  readonly request_id?: string | null;
  readonly detail?: JsonObject;
}

/** An entry as it is hashed: complete, with its place and time. `at` is RFC 3339 with milliseconds, UTC. */
export type RecordedEntry = Required<AuditEntry> & { readonly seq: number; readonly at: string };

/** The hash that links an entry to the one before it in its scope: SHA-256(previous hash, canonical JSON of the entry). */
export function auditHash(previous: Uint8Array, entry: RecordedEntry): Buffer {
  return createHash('sha256').update(previous).update(canonicalJson(entry)).digest();
}

/** Appends to the audit trail, as part of the transaction that does what the entry tells of. */
@Injectable()
export class AuditWriter {
  async append(db: QueryRunner, entry: AuditEntry, at: Date = new Date()): Promise<void> {
    const { seq, hash: previous } = await lockChain(db, entry.scope);
    const recorded = complete(entry, seq + 1, at);
    const link = [JSON.stringify(recorded.detail), previous, auditHash(previous, recorded)];
    await runPrepared(db, append, [...columns(recorded), ...link, wordsOfEntry(recorded)]);
  }
}

interface ChainRow {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The row of the chain is the lock: entries of one scope are written one transaction after the other. */
async function lockChain(db: QueryRunner, scope: number): Promise<ChainRow> {
  const [row] = await runPrepared<ChainRow>(db, lock, [scope]);
  if (row) return row;
  const start = 'INSERT INTO audit_chain (scope, seq, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING';
  await db.query(start, [scope, Buffer.alloc(32)]);
  const [started] = await runPrepared<ChainRow>(db, lock, [scope]);
  if (!started) throw new Error(`The audit chain of scope ${scope} cannot be started.`);
  return started;
}

function complete(entry: AuditEntry, seq: number, at: Date): RecordedEntry {
  const optional = { group_name: null, kind: null, id: null, revision: null, source_ip: null, request_id: null };
  return { ...optional, detail: {}, ...entry, seq, at: at.toISOString() };
}

const lock = { name: 'lock_audit_chain', text: 'SELECT seq, hash FROM audit_chain WHERE scope = $1 FOR UPDATE' };

const append = {
  name: 'append_audit_entry',
  text: `
  WITH link AS (UPDATE audit_chain SET seq = $2, hash = $15 WHERE scope = $1)
  INSERT INTO audit_entry (scope, seq, at, actor, actor_type, action, group_name, kind, id, revision, source_ip,
    request_id, detail, previous_hash, hash, words)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, array_to_tsvector($16::text[]))`,
};

function columns(entry: RecordedEntry): unknown[] {
  const { scope, seq, at, actor, actor_type: actorType, action, group_name: group, kind, id } = entry;
  return [scope, seq, at, actor, actorType, action, group, kind, id, entry.revision, entry.source_ip, entry.request_id];
}

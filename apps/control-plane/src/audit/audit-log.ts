import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/refusal.ts';

/** An audit entry as the API shows it. */
export interface AuditView {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly actor_type: string;
  readonly action: string;
  readonly group: string | null;
  readonly kind: string | null;
  readonly id: string | null;
  readonly revision: number | null;
  readonly source_ip: string | null;
  readonly detail: JsonObject;
}

/** A page, newest first; `next` continues it when handed back as `before`. */
export interface AuditPage {
  readonly list: readonly AuditView[];
  readonly next: string | null;
}

type AuditRow = Omit<AuditView, 'at'> & { readonly at: Date; readonly scope: number };

/** Reads the audit trail of all groups and of what belongs to none, as one. */
@Injectable()
export class AuditLog {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async page(limit: number, before: string | undefined): Promise<AuditPage> {
    const from = before === undefined ? [null, null, null] : readCursor(before);
    const rows = await this.database.query<AuditRow[]>(PAGE, [limit + 1, ...from]);
    const list = rows.slice(0, limit);
    const last = list.at(-1);
    return { list: list.map(toView), next: last && rows.length > limit ? cursorOf(last) : null };
  }
}

/** Entries of one scope are numbered, those of different scopes are not: time comes first, then scope and number. */
const PAGE = `
  SELECT scope, seq, at, actor, actor_type, action, group_name AS group, kind, id, revision, source_ip, detail
  FROM audit_entry
  WHERE $2::timestamptz IS NULL OR at < $2 OR (at = $2 AND (scope > $3 OR (scope = $3 AND seq < $4)))
  ORDER BY at DESC, scope, seq DESC LIMIT $1`;

const cursor = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(\d{1,9})_(\d{1,15})$/;

function cursorOf({ at, scope, seq }: AuditRow): string {
  return `${at.toISOString()}_${scope}_${seq}`;
}

function readCursor(text: string): [string, string, string] {
  const [, at, scope, seq] = cursor.exec(text) ?? [];
  if (!at || !scope || !seq)
    throw new Refusal('INVALID', 'The query parameter before must be the "next" of an earlier page.');
  return [at, scope, seq];
}

function toView({ scope: _scope, at, ...entry }: AuditRow): AuditView {
  return { ...entry, at: at.toISOString() };
}

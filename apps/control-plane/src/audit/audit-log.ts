import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { type Grant, groupsWith } from '../access/role.ts';
import { Refusal } from '../http/refusal.ts';
import { searchFor } from './audit-words.ts';
import { type AuditCondition, type AuditFilter, conditionOf, FAILED_SUFFIX } from './audit-filter.ts';

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
  readonly request_id: string | null;
  readonly detail: JsonObject;
  readonly failed: boolean;
}

/** A page, newest first; `next` continues it when handed back as `before`. */
export interface AuditPage {
  readonly list: readonly AuditView[];
  readonly next: string | null;
}

/** Entries of one scope are numbered, those of different scopes are not: time comes first, then scope and number. */
interface Cursor {
  readonly at: string;
  readonly scope: number;
  readonly seq: number;
}

type AuditRow = Omit<AuditView, 'at' | 'failed'> & { readonly at: Date; readonly scope: number };

const EXPORT_PAGE = 1_000;

/** Reads the audit trail of all groups and of what belongs to none, as one; of it what somebody may see. */
@Injectable()
export class AuditLog {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async page(
    filter: AuditFilter,
    grants: readonly Grant[],
    { limit, before }: { readonly limit: number; readonly before: string | undefined },
  ): Promise<AuditPage> {
    const condition = await this.#condition(filter, grants);
    const rows = await this.#read(condition, limit + 1, before === undefined ? undefined : readCursor(before));
    const list = rows.slice(0, limit);
    const last = list.at(-1);
    return { list: list.map(toView), next: last && rows.length > limit ? cursorText(last) : null };
  }

  /** All entries that pass a filter, newest first, a page at a time. */
  async *pages(filter: AuditFilter, grants: readonly Grant[]): AsyncGenerator<AuditView[]> {
    const condition = await this.#condition(filter, grants);
    let last: AuditRow | undefined;
    do {
      const rows: AuditRow[] = await this.#read(condition, EXPORT_PAGE, last && cursorOf(last));
      if (rows.length > 0) yield rows.map(toView);
      last = rows.length === EXPORT_PAGE ? rows.at(-1) : undefined;
    } while (last);
  }

  /** The actions that occur, for whoever wants to choose one. */
  async actions(): Promise<string[]> {
    const rows = await this.database.query<{ action: string }[]>(ACTIONS);
    return rows.map(({ action }) => action);
  }

  /** A page: what stands at the cursor's very time is told apart by scope and number. */
  #read({ sql, values }: AuditCondition, limit: number, before: Cursor | undefined): Promise<AuditRow[]> {
    const [a, b, c, d] = [1, 2, 3, 4].map((place) => `$${values.length + place}`);
    const after = `AND at <= ${b} AND (at < ${b} OR scope > ${c} OR (scope = ${c} AND seq < ${d}))`;
    const select = `${COLUMNS} WHERE true ${sql} ${before ? after : ''} ORDER BY at DESC, scope, seq DESC LIMIT ${a}`;
    return this.database.query(select, [...values, limit, ...(before ? [before.at, before.scope, before.seq] : [])]);
  }

  async #condition(filter: AuditFilter, grants: readonly Grant[]): Promise<AuditCondition> {
    const groups = groupsWith(grants, 'admin');
    const scopes = groups && (await this.#scopesOf(groups));
    return conditionOf(filter, filter.text === undefined ? undefined : searchOf(filter.text), scopes);
  }

  async #scopesOf(groups: readonly string[]): Promise<number[]> {
    const select = 'SELECT id FROM gateway_group WHERE name = ANY ($1)';
    const rows = await this.database.query<{ id: number }[]>(select, [groups]);
    return rows.map(({ id }) => id);
  }
}

const COLUMNS = `
  SELECT scope, seq, at, actor, actor_type, action, group_name AS group, kind, id, revision, source_ip, request_id, detail
  FROM audit_entry`;

/** Steps from one action to the next in the index, instead of reading all entries. */
const ACTIONS = `
  WITH RECURSIVE known AS (
    (SELECT action FROM audit_entry ORDER BY action USING ~<~ LIMIT 1)
    UNION ALL
    SELECT (SELECT entry.action FROM audit_entry entry WHERE entry.action ~>~ known.action
      ORDER BY entry.action USING ~<~ LIMIT 1) FROM known WHERE known.action IS NOT NULL
  )
  SELECT action FROM known WHERE action IS NOT NULL ORDER BY action`;

function searchOf(text: string): string {
  const search = searchFor(text.slice(0, 1_000));
  if (search !== undefined) return search;
  throw new Refusal('INVALID', 'The query parameter text must hold a word: letters or digits.');
}

const cursor = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(\d{1,9})_(\d{1,15})$/;

function cursorOf({ at, scope, seq }: AuditRow): Cursor {
  return { at: at.toISOString(), scope, seq };
}

function cursorText(row: AuditRow): string {
  const { at, scope, seq } = cursorOf(row);
  return `${at}_${scope}_${seq}`;
}

function readCursor(text: string): Cursor {
  const [, at, scope, seq] = cursor.exec(text) ?? [];
  if (!at || !scope || !seq || Number.isNaN(Date.parse(at)))
    throw new Refusal('INVALID', 'The query parameter before must be the "next" of an earlier page.');
  return { at, scope: Number(scope), seq: Number(seq) };
}

function toView({ scope: _scope, at, ...entry }: AuditRow): AuditView {
  return { ...entry, at: at.toISOString(), failed: entry.action.endsWith(FAILED_SUFFIX) };
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Author } from '../access/author.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import type { Effect } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import { DraftEdits, type EditRequest } from './draft-edits.ts';
import {
  activeStates,
  type DraftRow,
  draftStates,
  type DraftState,
  findDraft,
  selectDrafts,
  storeAuthor,
  storeEvent,
} from './draft-rows.ts';
import { DraftStore, type DraftPlace } from './draft-store.ts';
import { draftView } from './draft-view.ts';
import { compareEdits, EDITS_MAX, type EditRow, editView, storeEdits } from './edit-rows.ts';

/** Who makes a draft, where, and what for. */
export interface DraftRequest {
  readonly group: string;
  readonly author: Author;
  readonly requestId: string;
  readonly message: string;
}

/** Which drafts are wanted, newest first. */
export interface DraftQuery {
  readonly states: readonly DraftState[];
  readonly author: string | undefined;
  readonly before: number;
  readonly limit: number;
}

const EDITS_SHOWN_MAX = 200;
const EVENTS_SHOWN_MAX = 100;
/** Drafts of one group that can still become something. */
const ACTIVE_MAX = 500;

/** Change sets on their way: many edits that are put together, looked at, and published as one revision. */
@Injectable()
export class Drafts {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(DraftStore) private readonly store: DraftStore,
    @Inject(DraftEdits) private readonly edits: DraftEdits,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  async list(groupName: string, { states, author, before, limit }: DraftQuery, viewer: Author): Promise<object> {
    await this.groups.byName(groupName);
    const rows: DraftRow[] = await this.database.query(
      `${selectDrafts} AND d.state = ANY($2) AND d.id < $3
         AND ($4::text IS NULL OR EXISTS (SELECT FROM draft_author a WHERE a.draft_id = d.id AND a.name = $4))
       ORDER BY d.id DESC LIMIT $5`,
      [groupName, states, before, author ?? null, limit + 1],
    );
    const list = rows.slice(0, limit);
    const next = rows.length > limit ? (list.at(-1)?.id ?? null) : null;
    return { list: list.map((row) => draftView(row, viewer)), next };
  }

  /** A draft with its first edits and what happened to it lately. */
  async get(groupName: string, id: number, viewer: Author): Promise<object> {
    const draft = await this.store.find(groupName, id);
    const edits = await compareEdits(this.database, draft, draft.head, { limit: EDITS_SHOWN_MAX, offset: 0 });
    const isTruncated = draft.edit_count > edits.length;
    const events: object[] = await this.database.query(EVENTS, [id, EVENTS_SHOWN_MAX]);
    return {
      ...draftView(draft, viewer),
      edits: edits.map(editView),
      ...(isTruncated && { truncated: true }),
      events: events.map(withoutNulls),
    };
  }

  /** A new draft, with the edits that it begins with. All that is wrong with them is told at once. */
  async create(request: DraftRequest, edits: readonly EditRequest[]): Promise<DraftRow> {
    const group = await this.groups.byName(request.group);
    const about = { group_id: group.id, group_name: group.name, head: group.headRevision };
    const prepared: Omit<EditRow, 'updated_at'>[] = [];
    const refusals: Refusal[] = [];
    for (const [i, edit] of edits.entries()) {
      try {
        prepared.push(await this.edits.prepare(about, edit, request.author.name));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusals.push(error.within(`/edits/${i}/value`));
      }
    }
    const [first] = refusals;
    const issues = refusals.flatMap((refusal) => refusal.issues ?? []);
    if (first) throw new Refusal(first.code, first.message, { field: first.field, issues });
    return this.#store(request, group.id, group.headRevision, prepared);
  }

  /** A new draft that does what a write would have done. Values are taken as they are, times and envelopes included. */
  createFrom(request: DraftRequest, groupId: number, head: number, effects: readonly Effect[]): Promise<DraftRow> {
    if (effects.length > EDITS_MAX) throw new Refusal('TOO_LARGE', `A draft holds at most ${EDITS_MAX} edits.`);
    const edits = effects.map(({ kind, id, after }) => ({
      kind,
      id,
      body: after?.body ?? null,
      sealed: after?.sealed ?? null,
      base_revision: head,
      author: request.author.name,
    }));
    return this.#store(request, groupId, head, edits);
  }

  /** What the draft is about; it becomes the message of the revision. */
  setMessage(place: DraftPlace, message: string): Promise<DraftRow> {
    return this.store.edit(place, async (db, draft) => {
      await db.query('UPDATE draft SET message = $2 WHERE id = $1', [draft.id, message]);
      return { action: 'edit', comment: 'message' };
    });
  }

  /** Gives a draft up. It stays readable. */
  discard(place: DraftPlace): Promise<DraftRow> {
    return this.store.change(place, async (db, draft) => {
      if (!activeStates.includes(draft.state)) throw new Refusal('CONFLICT', `Draft ${draft.id} is ${draft.state}.`);
      await db.query(`UPDATE draft SET state = 'discarded' WHERE id = $1`, [draft.id]);
      return { action: 'discard' };
    });
  }

  #store(request: DraftRequest, groupId: number, head: number, edits: readonly Omit<EditRow, 'updated_at'>[]) {
    const { author, message, group, requestId } = request;
    return inTransaction(this.database, async (db) => {
      await refuseTooMany(db, groupId);
      const insert = `INSERT INTO draft (group_id, message, base_revision, author, author_type)
        VALUES ($1, $2, $3, $4, $5) RETURNING id`;
      const [made]: { id: number }[] = await db.query(insert, [groupId, message, head, author.name, author.type]);
      if (!made) throw new Error('What is inserted is returned.');
      if (edits.length > 0) await storeEdits(db, made.id, edits);
      await storeAuthor(db, made.id, author);
      await storeEvent(db, made.id, author, { action: 'create' });
      await this.audit.append(db, {
        scope: groupId,
        actor: author.name,
        actor_type: author.type,
        action: 'draft.create',
        group_name: group,
        source_ip: author.sourceIp,
        request_id: requestId,
        detail: { draft: made.id, edits: edits.length },
      });
      return { answer: await findDraft(db, group, made.id), commit: true };
    });
  }
}

/** The states of a query such as `open,in_review`; without one, those in which a draft can still become something. */
export function draftStatesOf(text: string | undefined): readonly DraftState[] {
  if (text === undefined) return activeStates;
  return text.split(',').map((word) => {
    const state = draftStates.find((known) => known === word);
    if (state) return state;
    throw new Refusal('INVALID', `The query parameter state must name some of ${draftStates.join(', ')}.`);
  });
}

const EVENTS = `
  SELECT at, actor, action, comment, kind, resource_id AS id FROM (
    SELECT * FROM draft_event WHERE draft_id = $1 ORDER BY id DESC LIMIT $2
  ) latest ORDER BY latest.id`;

function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

async function refuseTooMany(db: QueryRunner, groupId: number): Promise<void> {
  const select = 'SELECT count(*) AS count FROM draft WHERE group_id = $1 AND state = ANY($2)';
  const [row]: { count: number }[] = await db.query(select, [groupId, activeStates]);
  if ((row?.count ?? 0) < ACTIVE_MAX) return;
  throw new Refusal(
    'INVALID',
    `There are ${ACTIVE_MAX} drafts in this group already. Publish or discard some of them.`,
  );
}

import type { QueryRunner } from 'typeorm';
import type { Author } from '../access/author.ts';
import { Refusal } from '../http/refusal.ts';
import type { Queryable } from '../resources/resource-rows.ts';

/** The states of a draft; the first four are those in which it can still become something. */
export const draftStates = ['open', 'in_review', 'approved', 'rejected', 'published', 'discarded'] as const;

/** Where a draft stands. */
export type DraftState = (typeof draftStates)[number];

/** A draft as it is stored, with what its group demands. */
export interface DraftRow {
  readonly id: number;
  readonly group_id: number;
  readonly group_name: string;
  readonly head: number;
  readonly approval_required: boolean;
  readonly approvers: 'editor' | 'admin' | 'owner';
  readonly state: DraftState;
  readonly message: string;
  readonly base_revision: number;
  readonly version: number;
  readonly author: string;
  readonly author_type: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly requested_by: string | null;
  readonly requested_at: Date | null;
  readonly reviewed_by: string | null;
  readonly reviewed_at: Date | null;
  readonly review_comment: string | null;
  readonly published_revision: number | null;
  readonly published_by: string | null;
  readonly published_at: Date | null;
  readonly edit_count: number;
  readonly authors: readonly string[];
  readonly author_ids: readonly string[];
}

/** Selects drafts; more conditions and an order may follow. The tables are called `d` and `g`. */
export const selectDrafts = `
  SELECT d.*, g.name AS group_name, g.head_revision AS head, g.approval_required, g.approvers,
    (SELECT count(*) FROM draft_edit e WHERE e.draft_id = d.id) AS edit_count,
    ARRAY(SELECT DISTINCT a.name FROM draft_author a WHERE a.draft_id = d.id ORDER BY a.name) AS authors,
    ARRAY(SELECT a.user_id::text FROM draft_author a WHERE a.draft_id = d.id AND a.user_id IS NOT NULL) AS author_ids
  FROM draft d JOIN gateway_group g ON g.id = d.group_id WHERE g.name = $1`;

/** A draft of a group, or a 404 that names it. */
export async function findDraft(db: Queryable, group: string, id: number): Promise<DraftRow> {
  const [draft]: DraftRow[] = await db.query(`${selectDrafts} AND d.id = $2`, [group, id]);
  return draft ?? refuse(group, id);
}

/** As `findDraft`, and nobody else changes the draft until the transaction ends. */
export async function lockDraft(db: QueryRunner, group: string, id: number): Promise<DraftRow> {
  // Locked before it is read as a whole: what is counted beside it shall be what stands when the lock is held.
  await db.query('SELECT 1 FROM draft WHERE id = $1 FOR NO KEY UPDATE', [id]);
  return findDraft(db, group, id);
}

/** Refuses what only a draft in one of these states allows. */
export function requireState(draft: DraftRow, states: readonly DraftState[]): void {
  if (states.includes(draft.state)) return;
  throw new Refusal('CONFLICT', `Draft ${draft.id} is ${draft.state.replace('_', ' ')}.`);
}

/** The states in which a draft can still be edited. */
export const activeStates: readonly DraftState[] = ['open', 'in_review', 'approved', 'rejected'];

/** Something that happened to a draft. */
export interface DraftEvent {
  readonly action:
    | 'create'
    | 'edit'
    | 'remove'
    | 'rebase'
    | 'submit'
    | 'approve'
    | 'reject'
    | 'withdraw'
    | 'reset'
    | 'publish'
    | 'discard';
  readonly comment?: string | undefined;
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
  /** The draft still does the very same. */
  readonly isSameContent?: boolean | undefined;
}

/** Keeps what happened, for those who look at the draft. The audit trail has its own entry. */
export async function storeEvent(db: QueryRunner, draftId: number, author: Author, event: DraftEvent): Promise<void> {
  const insert = `INSERT INTO draft_event (draft_id, actor, action, comment, kind, resource_id)
    VALUES ($1, $2, $3, $4, $5, $6)`;
  const { action, comment = null, kind = null, id = null } = event;
  await db.query(insert, [draftId, author.name, action, comment, kind, id]);
}

/** Remembers that somebody had a hand in a draft. */
export async function storeAuthor(db: QueryRunner, draftId: number, author: Author): Promise<void> {
  const insert = 'INSERT INTO draft_author (draft_id, name, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
  await db.query(insert, [draftId, author.name, author.userId]);
}

function refuse(group: string, id: number): never {
  throw new Refusal('NOT_FOUND', `There is no draft ${id} in gateway group "${group}".`);
}

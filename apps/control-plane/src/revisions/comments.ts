import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Author } from '../access/author.ts';
import { accessErrors } from '../access/access.errors.ts';
import { includesRole } from '../access/role.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import { type Group, Groups } from '../resources/groups.ts';
import { HistoryWindow } from './history-window.ts';
import { noteEntry, type RevisionPlace } from './labels.ts';

/** A comment as the API shows it. */
export interface CommentView {
  readonly id: number;
  readonly author: string;
  readonly author_type: string;
  readonly text: string;
  readonly created_at: Date;
  readonly edited_at: Date | null;
}

interface CommentRow extends CommentView {
  readonly user_id: string | null;
}

const columns = 'id, author, author_type, text, created_at, edited_at';
const COMMENTS_MAX = 500;

/** What people say about revisions. Comments lie outside the chain of hashes; that they were made is audited. */
@Injectable()
export class RevisionComments {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** The comments of a revision, oldest first. */
  of(groupId: number, number: number): Promise<CommentView[]> {
    const select = `SELECT ${columns} FROM revision_comment WHERE group_id = $1 AND revision = $2 ORDER BY id LIMIT $3`;
    return this.database.query(select, [groupId, number, COMMENTS_MAX]);
  }

  async list(groupName: string, number: number): Promise<CommentView[]> {
    const group = await this.groups.byName(groupName);
    await this.window.requireRevision(this.database, group, number);
    return this.of(group.id, number);
  }

  add(place: RevisionPlace, text: string): Promise<CommentView> {
    return this.#change(place, 'revision.comment', async (db, group) => {
      const { name, type, userId } = place.author;
      const insert = `INSERT INTO revision_comment (group_id, revision, author, author_type, user_id, text)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`;
      const [comment]: CommentView[] = await db.query(insert, [group.id, place.number, name, type, userId, text]);
      if ((await this.#count(db, group.id, place.number)) > COMMENTS_MAX)
        throw new Refusal('INVALID', `A revision has at most ${COMMENTS_MAX} comments.`);
      if (!comment) throw new Error('What is inserted is returned.');
      return comment;
    });
  }

  edit(place: RevisionPlace, id: number, text: string): Promise<CommentView> {
    return this.#change(place, 'revision.comment_edit', async (db, group) => {
      const comment = await findComment(db, group.id, place.number, id);
      if (!isBy(comment, place.author)) throw accessErrors.FORBIDDEN('the comment of somebody else');
      const update = 'UPDATE revision_comment SET text = $2, edited_at = now() WHERE id = $1';
      await db.query(update, [id, text]);
      const { user_id: _userId, ...edited } = await findComment(db, group.id, place.number, id);
      return edited;
    });
  }

  remove(place: RevisionPlace, id: number): Promise<object> {
    return this.#change(place, 'revision.comment_remove', async (db, group) => {
      const comment = await findComment(db, group.id, place.number, id);
      const mayRemove = isBy(comment, place.author) || includesRole(place.author.role, 'admin');
      if (!mayRemove) throw accessErrors.FORBIDDEN('the comment of somebody else');
      await db.query('DELETE FROM revision_comment WHERE id = $1', [id]);
      return { id };
    });
  }

  async #count(db: QueryRunner, groupId: number, number: number): Promise<number> {
    const select = 'SELECT count(*) AS count FROM revision_comment WHERE group_id = $1 AND revision = $2';
    const [row] = (await db.query(select, [groupId, number])) as { readonly count: number }[];
    return row?.count ?? 0;
  }

  async #change<T extends { readonly id: number }>(
    place: RevisionPlace,
    action: string,
    work: (db: QueryRunner, group: Group) => Promise<T>,
  ): Promise<T> {
    const group = await this.groups.byName(place.group);
    return inTransaction(this.database, async (db) => {
      await this.window.requireRevision(db, group, place.number);
      const answer = await work(db, group);
      await this.audit.append(db, noteEntry(group, place, action, { comment: answer.id }));
      return { answer, commit: true };
    });
  }
}

/** A person is known by the account, which outlives a change of name; a program by its name. */
function isBy(comment: CommentRow, author: Author): boolean {
  if (author.userId !== null || comment.user_id !== null) return comment.user_id === author.userId;
  return comment.author === author.name && comment.author_type === author.type;
}

async function findComment(db: QueryRunner, groupId: number, number: number, id: number): Promise<CommentRow> {
  const select = `SELECT ${columns}, user_id FROM revision_comment WHERE group_id = $1 AND revision = $2 AND id = $3
    FOR UPDATE`;
  const [comment]: CommentRow[] = await db.query(select, [groupId, number, id]);
  if (!comment) throw new Refusal('NOT_FOUND', `Revision ${number} has no comment ${id}.`);
  return comment;
}

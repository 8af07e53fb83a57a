import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Author } from '../access/author.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import { type Group, Groups } from '../resources/groups.ts';
import { HistoryWindow } from './history-window.ts';

const LABELS_MAX = 20;
const labelPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** A revision, and who does something about it. */
export interface RevisionPlace {
  readonly group: string;
  readonly number: number;
  readonly author: Author;
  readonly requestId: string;
}

/** Names that people give to revisions: "v1.2", "before-migration". They lie outside the chain of hashes, and are audited. */
@Injectable()
export class RevisionLabels {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** All labels of a group. */
  async list(groupName: string): Promise<object[]> {
    const { id } = await this.groups.byName(groupName);
    const select = `SELECT label, count(*) AS count, max(revision) AS revision FROM revision_label
      WHERE group_id = $1 GROUP BY label ORDER BY label`;
    return this.database.query(select, [id]);
  }

  /** Labels a revision; an exclusive label leaves all others. Returns the labels that the revision has then. */
  async set(place: RevisionPlace, label: string, isExclusive: boolean): Promise<string[]> {
    if (!labelPattern.test(label)) {
      const rule = 'letters, digits, dots, dashes and underscores, 63 at most, beginning with a letter or a digit';
      throw new Refusal('INVALID', `A label is made of ${rule}.`);
    }
    return this.#change(
      place,
      'revision.label',
      { label, ...(isExclusive && { exclusive: true }) },
      async (db, group) => {
        if (isExclusive) {
          const remove = 'DELETE FROM revision_label WHERE group_id = $1 AND label = $2 AND revision <> $3';
          await db.query(remove, [group.id, label, place.number]);
        }
        const insert = `INSERT INTO revision_label (group_id, revision, label, created_by) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING`;
        await db.query(insert, [group.id, place.number, label, place.author.name]);
        if ((await labelsOf(db, group.id, place.number)).length <= LABELS_MAX) return;
        throw new Refusal('INVALID', `A revision has at most ${LABELS_MAX} labels.`);
      },
    );
  }

  /** Takes a label away. Returns the labels that are left. */
  async remove(place: RevisionPlace, label: string): Promise<string[]> {
    return this.#change(place, 'revision.unlabel', { label }, async (db, group) => {
      const remove = 'DELETE FROM revision_label WHERE group_id = $1 AND revision = $2 AND label = $3 RETURNING 1';
      const [, count] = (await db.query(remove, [group.id, place.number, label])) as [unknown, number];
      if (count === 0) throw new Refusal('NOT_FOUND', `Revision ${place.number} has no such label.`);
    });
  }

  async #change(
    place: RevisionPlace,
    action: string,
    detail: { readonly label: string; readonly exclusive?: true },
    work: (db: QueryRunner, group: Group) => Promise<void>,
  ): Promise<string[]> {
    const group = await this.groups.byName(place.group);
    return inTransaction(this.database, async (db) => {
      await this.window.requireRevision(db, group, place.number);
      await work(db, group);
      await this.audit.append(db, noteEntry(group, place, action, detail));
      return { answer: await labelsOf(db, group.id, place.number), commit: true };
    });
  }
}

/** What the audit trail says about a label or a comment. */
export function noteEntry(
  group: Group,
  place: RevisionPlace,
  action: string,
  detail: Record<string, string | number | true>,
) {
  const { author, number, requestId } = place;
  return {
    scope: group.id,
    actor: author.name,
    actor_type: author.type,
    action,
    group_name: group.name,
    revision: number,
    source_ip: author.sourceIp,
    request_id: requestId,
    detail,
  };
}

async function labelsOf(db: QueryRunner, groupId: number, number: number): Promise<string[]> {
  const select = 'SELECT label FROM revision_label WHERE group_id = $1 AND revision = $2 ORDER BY label';
  const rows: { label: string }[] = await db.query(select, [groupId, number]);
  return rows.map(({ label }) => label);
}

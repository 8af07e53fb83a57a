import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Author } from '../access/author.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import {
  activeStates,
  type DraftEvent,
  type DraftRow,
  findDraft,
  lockDraft,
  requireState,
  storeAuthor,
  storeEvent,
} from './draft-rows.ts';

/** Who does something to which draft. */
export interface DraftPlace {
  readonly group: string;
  readonly id: number;
  readonly author: Author;
  readonly requestId: string;
}

/** What is done to a draft under its lock; the event is what its page and the audit trail say about it. */
export type DraftWork = (db: QueryRunner, draft: DraftRow) => Promise<DraftEvent>;

/** Changes drafts, one transaction after the other: each leaves an event, an audit entry and a new version. */
@Injectable()
export class DraftStore {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  find(group: string, id: number): Promise<DraftRow> {
    return findDraft(this.database, group, id);
  }

  /** Changes anything but what the draft does. Returns the draft as it is then. */
  change(place: DraftPlace, work: DraftWork): Promise<DraftRow> {
    return inTransaction(this.database, async (db) => {
      const draft = await lockDraft(db, place.group, place.id);
      return { answer: await this.store(db, draft, place, await work(db, draft)), commit: true };
    });
  }

  /** Changes what the draft does: whoever does that is one of its authors, and no review of before holds any more. */
  edit(place: DraftPlace, work: DraftWork): Promise<DraftRow> {
    return this.change(place, async (db, draft) => {
      requireState(draft, activeStates);
      const event = await work(db, draft);
      if (event.isSameContent) return event;
      await storeAuthor(db, draft.id, place.author);
      if (draft.state !== 'open') {
        await db.query(
          `UPDATE draft SET state = 'open', requested_by = NULL, requested_at = NULL, reviewed_by = NULL,
             reviewed_at = NULL, review_comment = NULL WHERE id = $1`,
          [draft.id],
        );
        await storeEvent(db, draft.id, place.author, { action: 'reset' });
      }
      return event;
    });
  }

  /** Writes down that something has happened, in the transaction in which it happens. */
  async store(db: QueryRunner, draft: DraftRow, place: DraftPlace, event: DraftEvent): Promise<DraftRow> {
    const { author, requestId } = place;
    await db.query('UPDATE draft SET version = version + 1, updated_at = now() WHERE id = $1', [draft.id]);
    await storeEvent(db, draft.id, author, event);
    await this.audit.append(db, {
      scope: draft.group_id,
      actor: author.name,
      actor_type: author.type,
      action: `draft.${event.action}`,
      group_name: draft.group_name,
      kind: event.kind ?? null,
      id: event.id ?? null,
      source_ip: author.sourceIp,
      request_id: requestId,
      detail: { draft: draft.id, version: draft.version + 1 },
    });
    return findDraft(db, draft.group_name, draft.id);
  }
}

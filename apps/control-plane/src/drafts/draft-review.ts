import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accessErrors } from '../access/access.errors.ts';
import type { Author } from '../access/author.ts';
import { includesRole } from '../access/role.ts';
import { Refusal } from '../http/refusal.ts';
import { Conflicts } from './conflicts.ts';
import { DraftExamination } from './draft-examination.ts';
import { type DraftRow, requireState } from './draft-rows.ts';
import { DraftStore, type DraftPlace } from './draft-store.ts';
import { isSecondPerson } from './draft-view.ts';

/** A verdict on the draft as it was in some version. */
export interface Verdict {
  readonly version: number;
  readonly comment?: string | undefined;
}

/** The way of a draft past a second person. */
@Injectable()
export class DraftReview {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(DraftStore) private readonly drafts: DraftStore,
    @Inject(DraftExamination) private readonly examination: DraftExamination,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
  ) {}

  /** Asks for approval. What could not be published as it is need not be looked at. */
  async submit(place: DraftPlace, comment: string | undefined): Promise<DraftRow> {
    const seen = await this.drafts.find(place.group, place.id);
    requireState(seen, ['open', 'rejected']);
    if (seen.edit_count === 0) throw new Refusal('INVALID', 'The draft changes nothing yet.');
    await this.#requirePublishable(seen);
    return this.drafts.change(place, async (db, draft) => {
      requireVersion(draft, seen.version);
      await db.query(
        `UPDATE draft SET state = 'in_review', requested_by = $2, requested_at = now(), reviewed_by = NULL,
           reviewed_at = NULL, review_comment = NULL WHERE id = $1`,
        [draft.id, place.author.name],
      );
      return { action: 'submit', comment };
    });
  }

  /** Takes the question back. */
  withdraw(place: DraftPlace): Promise<DraftRow> {
    return this.drafts.change(place, async (db, draft) => {
      requireState(draft, ['in_review', 'approved']);
      await db.query(
        `UPDATE draft SET state = 'open', requested_by = NULL, requested_at = NULL, reviewed_by = NULL,
           reviewed_at = NULL, review_comment = NULL WHERE id = $1`,
        [draft.id],
      );
      return { action: 'withdraw' };
    });
  }

  /** Agrees to the draft as it was in the version that was looked at. */
  approve(place: DraftPlace, verdict: Verdict): Promise<DraftRow> {
    return this.#judge(place, verdict, 'approved');
  }

  /** Sends the draft back to its authors. */
  reject(place: DraftPlace, verdict: Verdict): Promise<DraftRow> {
    return this.#judge(place, verdict, 'rejected');
  }

  #judge(place: DraftPlace, { version, comment }: Verdict, state: 'approved' | 'rejected'): Promise<DraftRow> {
    return this.drafts.change(place, async (db, draft) => {
      requireReviewer(draft, place.author);
      requireState(draft, state === 'approved' ? ['in_review'] : ['in_review', 'approved']);
      requireVersion(draft, version);
      const update = `UPDATE draft SET state = $2, reviewed_by = $3, reviewed_at = now(), review_comment = $4 WHERE id = $1`;
      await db.query(update, [draft.id, state, place.author.name, comment ?? null]);
      return { action: state === 'approved' ? 'approve' : 'reject', comment };
    });
  }

  async #requirePublishable(draft: DraftRow): Promise<void> {
    const { issues } = await this.examination.validate(draft);
    const [first] = issues;
    if (first) {
      const listed = issues.map(({ kind, id, path, message }) => ({ path: `/edits/${kind}/${id}${path}`, message }));
      throw new Refusal('INVALID', `The draft is not valid: ${first.kind} "${first.id}": ${first.message}`, {
        issues: listed,
      });
    }
    const conflicts = await this.conflicts.find(this.database, draft, draft.head);
    if (conflicts.length > 0) throw await this.conflicts.refuse(this.database, draft, conflicts);
  }
}

/** Whoever approves has the role for it, is a person, and had no hand in the draft. */
function requireReviewer(draft: DraftRow, author: Author): void {
  if (!includesRole(author.role, draft.approvers))
    throw accessErrors.FORBIDDEN(`${author.name} is ${author.role} here, ${draft.approvers} is needed to review`);
  if (isSecondPerson(draft, author)) return;
  const reason =
    author.userId === null
      ? 'A key is no second person: drafts are approved by people.'
      : 'You had a hand in this draft: somebody else has to review it.';
  throw new Refusal('SELF_APPROVAL', reason);
}

/** Nobody agrees to what he has not seen. */
export function requireVersion(draft: DraftRow, version: number): void {
  if (draft.version === version) return;
  throw new Refusal(
    'CONFLICT',
    `Draft ${draft.id} has changed in the meantime: it is at version ${draft.version} now.`,
  );
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import type { Effect } from '../resources/change-set.ts';
import { ChangeSetWriter, type WriteOptions } from '../resources/change-set-writer.ts';
import type { WriteContext } from '../resources/revision-writer.ts';
import { EffectReport } from '../revisions/effect-report.ts';
import { Conflicts } from './conflicts.ts';
import { DraftExamination, pathsOf } from './draft-examination.ts';
import { activeStates, type DraftRow, lockDraft, requireState } from './draft-rows.ts';
import { requireVersion } from './draft-review.ts';
import { type DraftPlace, DraftStore } from './draft-store.ts';
import { findEdits } from './edit-rows.ts';

/** What publishing came to, or would come to. */
export interface Published {
  /** Null where everything was so already. */
  readonly revision: number | null;
  readonly draft: DraftRow;
  readonly effect?: object;
}

/** Makes a draft a revision. Whether it may become one is decided under the lock of its group, with everything else. */
@Injectable()
export class DraftPublication {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(DraftStore) private readonly drafts: DraftStore,
    @Inject(DraftExamination) private readonly examination: DraftExamination,
    @Inject(ChangeSetWriter) private readonly writer: ChangeSetWriter,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
    @Inject(EffectReport) private readonly effects: EffectReport,
  ) {}

  async publish(place: DraftPlace, options: WriteOptions): Promise<Published> {
    const seen = await this.drafts.find(place.group, place.id);
    requireState(seen, activeStates);
    if (seen.edit_count === 0) throw new Refusal('INVALID', 'The draft changes nothing yet.');
    // What stands in the way of every publication is told first: the reasons below are of no use before.
    requirePublishable(seen, seen.approval_required && !options.dryRun);
    const edits = await findEdits(this.database, seen.id);
    const write: WriteOptions = {
      ...options,
      source: 'draft',
      message: options.message || seen.message,
      draft: seen.id,
      isApproved: true,
      guard: (context) => this.#guard(context, seen, options),
      alongside: (context, effects) => this.#markPublished(context, seen, place, effects),
    };
    const changes = this.examination.changesOf(edits);
    const { revision, effects } = await this.writer.write(place.group, changes, write, pathsOf(edits));
    const draft = await this.drafts.find(place.group, place.id);
    if (!options.dryRun) return { revision, draft };
    return { revision, draft, effect: await this.effects.of({ id: seen.group_id, name: place.group }, effects) };
  }

  /** Under the lock of the group, then of the draft: what was read before is still so, and nobody has been overtaken. */
  async #guard({ db, group }: WriteContext, seen: DraftRow, { dryRun }: WriteOptions): Promise<void> {
    const draft = await lockDraft(db, group.name, seen.id);
    requireState(draft, activeStates);
    requireVersion(draft, seen.version);
    requirePublishable(draft, group.isApprovalRequired && !dryRun);
    const conflicts = await this.conflicts.find(db, draft, group.headRevision);
    if (conflicts.length > 0) throw await this.conflicts.refuse(db, draft, conflicts);
  }

  async #markPublished(
    { db, number }: WriteContext,
    draft: DraftRow,
    place: DraftPlace,
    effects: readonly Effect[],
  ): Promise<void> {
    const update = `UPDATE draft SET state = 'published', published_revision = $2, published_by = $3, published_at = now()
      WHERE id = $1`;
    await db.query(update, [draft.id, effects.length > 0 ? number : null, place.author.name]);
    await this.drafts.store(db, draft, place, { action: 'publish' });
  }
}

/** With approval only what is approved is published; without, only what nobody has rejected. */
function requirePublishable(draft: DraftRow, isApprovalRequired: boolean): void {
  if (isApprovalRequired && draft.state !== 'approved') throw notApproved(draft);
  if (draft.state === 'rejected') throw new Refusal('CONFLICT', `Draft ${draft.id} was rejected. Change it first.`);
}

function notApproved(draft: DraftRow): Refusal {
  const ask = `POST /api/v1/groups/${draft.group_name}/drafts/${draft.id}/submit`;
  const reason = `Draft ${draft.id} is not approved. Ask for approval: ${ask}.`;
  return new Refusal('APPROVAL_REQUIRED', reason);
}

import { Inject, Injectable } from '@nestjs/common';
import type { ResourceKind } from '@sluice/schema';
import type { QueryRunner } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import { keyOf, type ResourceKey } from '../resources/change-set.ts';
import { type Conflict, Conflicts } from './conflicts.ts';
import { DraftEdits } from './draft-edits.ts';
import type { DraftRow } from './draft-rows.ts';
import { type DraftPlace, DraftStore } from './draft-store.ts';
import { compareEdits, type EditRow, kindOfEdit, storeEdits } from './edit-rows.ts';
import type { Side } from './three-way.ts';
import { WantedValues } from './wanted-value.ts';

/** How one conflict is to end. */
export interface Resolution {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly take: 'mine' | 'theirs' | 'merged' | 'value';
  /** For `value`: what the resource shall be instead. */
  readonly value?: unknown;
  /** For `merged`: whose value a clashing field gets, by its JSON pointer. */
  readonly fields?: Readonly<Record<string, Side>> | undefined;
}

/** What a rebase came to. */
export interface Rebased {
  readonly draft: DraftRow;
  readonly merged: readonly ResourceKey[];
  readonly dropped: readonly ResourceKey[];
}

type NewEdit = Omit<EditRow, 'updated_at'>;

interface Outcome {
  readonly kept: NewEdit[];
  readonly merged: ResourceKey[];
  readonly dropped: ResourceKey[];
}

/** Puts drafts on top of what others have published since they were begun. */
@Injectable()
export class DraftRebase {
  constructor(
    @Inject(DraftStore) private readonly drafts: DraftStore,
    @Inject(DraftEdits) private readonly edits: DraftEdits,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
    @Inject(WantedValues) private readonly values: WantedValues,
  ) {}

  /**
   * Bases all edits on the head. Changes of different fields are merged; where both sides changed the same, a resolution
   * decides, and without one nothing is changed at all and the conflicts are reported.
   */
  async rebase(place: DraftPlace, resolutions: readonly Resolution[]): Promise<Rebased> {
    const outcome: Outcome = { kept: [], merged: [], dropped: [] };
    const draft = await this.drafts.edit(place, async (db, locked) => {
      await this.#resolve(db, locked, { resolutions, author: place.author.name, outcome });
      if (outcome.kept.length > 0) await storeEdits(db, locked.id, outcome.kept);
      await dropEdits(db, locked.id, outcome.dropped);
      await db.query('UPDATE draft_edit SET base_revision = $2 WHERE draft_id = $1', [locked.id, locked.head]);
      await db.query('UPDATE draft SET base_revision = $2 WHERE id = $1', [locked.id, locked.head]);
      // What only stands on another base does the same as before: whoever agreed to it still does.
      const isSameContent = outcome.kept.length === 0 && outcome.dropped.length === 0;
      return { action: 'rebase', comment: `revision ${locked.head}`, isSameContent };
    });
    return { draft, merged: outcome.merged, dropped: outcome.dropped };
  }

  async #resolve(db: QueryRunner, draft: DraftRow, { resolutions, author, outcome }: Rebase): Promise<void> {
    const compared = await compareEdits(db, draft, draft.head, 'changed since');
    const byKey = new Map(
      resolutions.map((resolution) => [keyOf({ kind: resolution.kind.name, id: resolution.id }), resolution]),
    );
    const unresolved: Conflict[] = [];
    for (const pair of compared) {
      const resolution = byKey.get(keyOf(pair.edit));
      const conflict = this.conflicts.of(pair, sideBy(resolution));
      if (!conflict) continue;
      byKey.delete(keyOf(pair.edit));
      if (!isResolved(conflict, resolution)) unresolved.push(conflict);
      else await this.#take({ draft, conflict, resolution, author }, outcome);
    }
    const [stray] = byKey.values();
    if (stray)
      throw new Refusal('INVALID', `${stray.kind.label} "${stray.id}" is in no conflict.`, { field: '/resolutions' });
    if (unresolved.length > 0) throw await this.conflicts.refuse(db, draft, unresolved);
  }

  async #take({ draft, conflict, resolution, author }: Taking, { kept, merged, dropped }: Outcome): Promise<void> {
    const { edit } = conflict.compared;
    const key = { kind: edit.kind, id: edit.id };
    const place = { ...key, base_revision: draft.head, author };
    switch (resolution?.take ?? 'merged') {
      case 'theirs':
        dropped.push(key);
        return;
      case 'mine':
        kept.push({ ...place, ...this.#mine(conflict) });
        return;
      case 'value': {
        const request = { op: 'put', kind: kindOfEdit(edit), id: edit.id, value: resolution?.value } as const;
        kept.push({ ...(await this.edits.prepare(draft, request, author, edit)), base_revision: draft.head });
        return;
      }
      case 'merged':
        kept.push({ ...place, ...this.values.close(edit, conflict.merged ?? {}, conflict.theirs) });
        merged.push(key);
    }
  }

  /** Where the resource is gone, the secrets that were to be kept are gone with it, so that the edit brings them along. */
  #mine({ compared: { edit }, mine, theirs }: Conflict): Pick<EditRow, 'body' | 'sealed'> {
    return theirs || !mine ? edit : this.values.close(edit, mine);
  }
}

interface Rebase {
  readonly resolutions: readonly Resolution[];
  readonly author: string;
  readonly outcome: Outcome;
}

interface Taking {
  readonly draft: DraftRow;
  readonly conflict: Conflict;
  readonly resolution: Resolution | undefined;
  readonly author: string;
}

/** A merge is a resolution only where there is one, and every clashing field has its side. */
function isResolved({ merged, clashes }: Conflict, resolution: Resolution | undefined): boolean {
  if (resolution && resolution.take !== 'merged') return true;
  return merged !== undefined && clashes.every(({ path }) => resolution?.fields?.[path] !== undefined);
}

function sideBy(resolution: Resolution | undefined): (path: string) => Side | undefined {
  const fields = new Map(Object.entries(resolution?.fields ?? {}));
  return (path) => fields.get(path);
}

async function dropEdits(db: QueryRunner, draftId: number, keys: readonly ResourceKey[]): Promise<void> {
  if (keys.length === 0) return;
  await db.query(
    `DELETE FROM draft_edit WHERE draft_id = $1 AND (kind, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [draftId, keys.map(({ kind }) => kind), keys.map(({ id }) => id)],
  );
}

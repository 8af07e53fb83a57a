import { Inject, Injectable } from '@nestjs/common';
import { getPointer, type JsonObject, redacted, type ResourceKind, setPointer } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Refusal } from '../http/refusal.ts';
import { Preparation } from '../resources/preparation.ts';
import { requireMethod, requireWholeId, writtenValue } from '../resources/written-value.ts';
import { HistoryWindow } from '../revisions/history-window.ts';
import { versionAt } from '../revisions/state-reader.ts';
import type { DraftRow } from './draft-rows.ts';
import { type DraftPlace, DraftStore } from './draft-store.ts';
import { compareEdits, type ComparedEdit, type EditRow, editView, findEdit, storeEdits } from './edit-rows.ts';
import { WantedValues } from './wanted-value.ts';

/** What somebody wants of one resource. */
export interface EditRequest {
  readonly op: 'put' | 'delete';
  readonly kind: ResourceKind;
  readonly id: string;
  readonly value?: unknown;
  /** The state that the author looked at; absent: the present one, or what the edit was based on before. */
  readonly base_revision?: number | undefined;
}

/** The edits of drafts. A value is checked by itself when it comes in, against the others when the draft is validated. */
@Injectable()
export class DraftEdits {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(DraftStore) private readonly drafts: DraftStore,
    @Inject(Preparation) private readonly preparation: Preparation,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(WantedValues) private readonly values: WantedValues,
    @Inject(HistoryWindow) private readonly window: HistoryWindow,
  ) {}

  /** A page of edits, as they are shown. */
  async list(group: string, id: number, page: { limit: number; offset: number }): Promise<object> {
    const draft = await this.drafts.find(group, id);
    const edits = await compareEdits(this.database, draft, draft.head, page);
    return { list: edits.map(editView), total: draft.edit_count };
  }

  /** One edit, as it is shown. */
  async get(group: string, id: number, kind: string, resourceId: string): Promise<object> {
    return editView(await this.#compared(await this.drafts.find(group, id), kind, resourceId));
  }

  /** Makes the draft do something to a resource, in place of what it did to it before. */
  async put(place: DraftPlace, request: EditRequest): Promise<{ draft: DraftRow; edit: object }> {
    const { kind, id } = request;
    const draft = await this.drafts.edit(place, async (db, locked) => {
      const old = await findEdit(db, locked.id, kind.name, id);
      await storeEdits(db, locked.id, [await this.prepare(locked, request, place.author.name, old)]);
      return { action: 'edit', kind: kind.name, id };
    });
    return { draft, edit: editView(await this.#compared(draft, kind.name, id)) };
  }

  /** Makes the draft leave a resource alone. */
  remove(place: DraftPlace, kind: string, id: string): Promise<DraftRow> {
    return this.drafts.edit(place, async (db, draft) => {
      const [, count] = (await db.query(
        'DELETE FROM draft_edit WHERE draft_id = $1 AND kind = $2 AND id = $3 RETURNING 1',
        [draft.id, kind, id],
      )) as [unknown, number];
      if (count === 0) throw unknownEdit(draft, kind, id);
      return { action: 'remove', kind, id };
    });
  }

  /** What is to be stored of a request, once it is known to be valid by itself. */
  async prepare(
    draft: Pick<DraftRow, 'group_id' | 'group_name' | 'head'>,
    request: EditRequest,
    author: string,
    old?: EditRow,
  ): Promise<Omit<EditRow, 'updated_at'>> {
    const { op, kind, id } = request;
    const base_revision = request.base_revision ?? old?.base_revision ?? draft.head;
    await this.#requireBase(draft, request.base_revision);
    const key = { kind: kind.name, id, base_revision, author };
    if (op === 'delete') {
      requireMethod(kind, 'DELETE');
      return { ...key, body: null, sealed: null };
    }
    const sent = writtenValue(requireWholeId(kind, id), id, request.value);
    const value = this.#withOwnSecrets(kind, sent, old);
    await this.preparation.prepare(draft.group_name, { op: 'put', kind, id, value });
    return { ...key, ...this.values.close(key, value) };
  }

  async #requireBase(
    draft: Pick<DraftRow, 'group_id' | 'group_name' | 'head'>,
    number: number | undefined,
  ): Promise<void> {
    if (number === undefined) return;
    const group = { id: draft.group_id, name: draft.group_name, headRevision: draft.head };
    await this.window.requireState(this.database, group, number);
  }

  /** A form that was filled from the draft sends masks where the draft has secrets of its own. */
  #withOwnSecrets(kind: ResourceKind, value: JsonObject, old: EditRow | undefined): JsonObject {
    const own = old && this.values.stored(old);
    if (!own) return value;
    return this.catalogue.redactedPointers(kind, value).reduce<unknown>((result, pointer) => {
      const secret = getPointer(own, pointer);
      return secret === undefined || secret === redacted ? result : setPointer(result, pointer, secret);
    }, value) as JsonObject;
  }

  async #compared(draft: DraftRow, kind: string, id: string): Promise<ComparedEdit> {
    const edit = await findEdit(this.database, draft.id, kind, id);
    if (!edit) throw unknownEdit(draft, kind, id);
    const absent = { kind, id, body: null, sealed: null, hash: null };
    const at = async (number: number) => (await versionAt(this.database, draft.group_id, number, edit)) ?? absent;
    return { edit, base: await at(edit.base_revision), theirs: await at(draft.head) };
  }
}

function unknownEdit(draft: DraftRow, kind: string, id: string): Refusal {
  return new Refusal('NOT_FOUND', `Draft ${draft.id} does nothing to ${kind} "${id}".`);
}

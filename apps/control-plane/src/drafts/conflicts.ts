import { Inject, Injectable } from '@nestjs/common';
import { equalJson, getPointer, isJsonObject, type JsonObject } from '@sluice/schema';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Refusal } from '../http/refusal.ts';
import type { Queryable } from '../resources/resource-rows.ts';
import { compareEdits, type ComparedEdit, kindOfEdit } from './edit-rows.ts';
import { type Clash, mergeThree, type Side } from './three-way.ts';
import { WantedValues } from './wanted-value.ts';

/** Why an edit cannot simply be published. */
export type ConflictReason = 'both_changed' | 'both_created' | 'deleted_there' | 'deleted_here';

/** An edit whose resource others have changed since the state that the edit is based on. */
export interface Conflict {
  readonly compared: ComparedEdit;
  readonly reason: ConflictReason;
  readonly base: JsonObject | undefined;
  readonly theirs: JsonObject | undefined;
  readonly mine: JsonObject | undefined;
  /** What both come to together; undefined where one of the two has deleted the resource. */
  readonly merged: JsonObject | undefined;
  /** Fields that the two have changed in different ways; without any, the merge takes nothing from anybody. */
  readonly clashes: readonly Clash[];
}

/** Who changed the resource last. */
interface ChangedIn {
  readonly kind: string;
  readonly id: string;
  readonly revision: number;
  readonly author: string | null;
  readonly created_at: Date | null;
}

/** The draft whose edits are compared. */
export interface ComparedDraft {
  readonly id: number;
  readonly group_id: number;
}

/** Finds where a draft and the state of its group have grown apart. */
@Injectable()
export class Conflicts {
  constructor(
    @Inject(WantedValues) private readonly values: WantedValues,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
  ) {}

  /** All conflicts with the state after revision `head`. Where both sides did the same, there is none. */
  async find(db: Queryable, draft: ComparedDraft, head: number): Promise<Conflict[]> {
    const compared = await compareEdits(db, draft, head, 'changed since');
    return compared.flatMap((pair) => this.of(pair) ?? []);
  }

  /** The conflict of one edit, if it is in one. */
  of(compared: ComparedEdit, sideOf?: (path: string) => Side | undefined): Conflict | undefined {
    const base = timeless(this.values.open(compared.base));
    const theirs = timeless(this.values.open(compared.theirs));
    const mine = timeless(this.values.against(compared.edit, base ?? theirs));
    if (!theirs || !mine) {
      // Gone on both sides is what both wanted.
      if (!theirs && !mine) return undefined;
      const reason = theirs ? 'deleted_here' : 'deleted_there';
      return { compared, reason, base, theirs, mine, merged: undefined, clashes: [] };
    }
    if (equalJson(theirs, mine)) return undefined;
    const { value, clashes } = mergeThree(base, theirs, mine, sideOf);
    const reason = base ? 'both_changed' : 'both_created';
    return { compared, reason, base, theirs, mine, merged: value as JsonObject, clashes };
  }

  /** Refuses to go on while there are conflicts, and reports them. */
  async refuse(db: Queryable, draft: ComparedDraft, conflicts: readonly Conflict[]): Promise<Refusal> {
    const [first] = conflicts;
    const named = first ? `${first.compared.edit.kind} "${first.compared.edit.id}"` : 'something';
    const others = conflicts.length > 1 ? ` and ${conflicts.length - 1} more` : '';
    return new Refusal(
      'CONFLICT',
      `Others have changed ${named}${others} since this draft was based. Rebase it first.`,
      {
        report: { conflicts: await this.views(db, draft, conflicts) },
      },
    );
  }

  /** Conflicts as the API shows them, secrets masked. */
  async views(db: Queryable, draft: ComparedDraft, conflicts: readonly Conflict[]): Promise<object[]> {
    const edits = conflicts.map(({ compared }) => compared.edit);
    const rows: ChangedIn[] =
      edits.length === 0
        ? []
        : await db.query(CHANGED_IN, [draft.group_id, edits.map(({ kind }) => kind), edits.map(({ id }) => id)]);
    const changes = new Map(rows.map((row) => [`${row.kind}/${row.id}`, row]));
    return conflicts.map((conflict) => this.#view(conflict, changes));
  }

  #view({ compared, reason, merged, clashes, base, theirs, mine }: Conflict, changes: ReadonlyMap<string, ChangedIn>) {
    const { kind, id } = compared.edit;
    const change = changes.get(`${kind}/${id}`);
    const secrets = new Set([base, theirs, mine].flatMap((value) => (value ? this.#secrets(compared, value) : [])));
    const isMergeable = merged !== undefined && clashes.length === 0;
    const changedIn = change && {
      revision: change.revision,
      author: change.author,
      created_at: change.created_at?.toISOString() ?? null,
    };
    return {
      kind,
      id,
      reason,
      mergeable: isMergeable,
      changed_in: changedIn ?? null,
      base: bodyOf(compared.base),
      theirs: bodyOf(compared.theirs),
      mine: bodyOf(compared.edit),
      merged: merged ? this.#masked(compared, merged) : null,
      fields: clashes.map((clash) => this.#clashView(compared, clash, secrets)),
    };
  }

  #clashView(compared: ComparedEdit, { path }: Clash, secrets: ReadonlySet<string>): object {
    if (secrets.has(path)) return { path, secret: true };
    const at = (body: string | null): unknown => (body === null ? undefined : getPointer(JSON.parse(body), path));
    const { base, theirs, edit } = compared;
    return { path, base: at(base.body), theirs: at(theirs.body), mine: at(edit.body) };
  }

  #masked({ edit }: ComparedEdit, value: JsonObject): object | null {
    const { body } = this.values.close(edit, value);
    return bodyOf({ body });
  }

  #secrets({ edit }: ComparedEdit, value: JsonObject): string[] {
    return this.catalogue.secretPointers(kindOfEdit(edit), value);
  }
}

const CHANGED_IN = `
  SELECT DISTINCT ON (v.kind, v.id) v.kind, v.id, v.revision, r.author, r.created_at
  FROM resource_version v LEFT JOIN revision r ON r.group_id = v.group_id AND r.number = v.revision
  WHERE v.group_id = $1 AND (v.kind, v.id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
  ORDER BY v.kind, v.id, v.revision DESC`;

function bodyOf({ body }: { readonly body: string | null }): object | null {
  return body === null ? null : (JSON.parse(body) as object);
}

/** Times are the server's; two changes that differ in nothing else agree. */
function timeless(value: JsonObject | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const { create_time: _created, update_time: _updated, ...rest } = value;
  return rest as JsonObject;
}

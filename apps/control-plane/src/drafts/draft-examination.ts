import { Inject, Injectable } from '@nestjs/common';
import { pointerOf } from '@sluice/schema';
import { DataSource } from 'typeorm';
import type { Change } from '../resources/change-set.ts';
import { ChangeSetExaminer } from '../resources/change-set-examiner.ts';
import { EffectReport } from '../revisions/effect-report.ts';
import { operationsBetween } from '../revisions/operations.ts';
import { operationsView } from '../revisions/revision-view.ts';
import { actionOf } from '../resources/change-set.ts';
import { Conflicts } from './conflicts.ts';
import type { DraftRow } from './draft-rows.ts';
import { compareEdits, type ComparedEdit, type EditRow, findEdits, kindOfEdit } from './edit-rows.ts';
import { WantedValues } from './wanted-value.ts';

/** One thing that keeps a draft from being published. */
export interface DraftIssue {
  readonly kind: string;
  readonly id: string;
  /** JSON pointer into the value. */
  readonly path: string;
  readonly message: string;
}

/** What publishing a draft would come to. */
export interface Examination {
  readonly valid: boolean;
  readonly head: number;
  readonly issues: readonly DraftIssue[];
  readonly conflicts: readonly object[];
  /** Null where it could not be published. */
  readonly effect: object | null;
}

const CHANGES_MAX = 200;

/** Looks at drafts without changing anything: what they do, and whether they could be published. */
@Injectable()
export class DraftExamination {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(ChangeSetExaminer) private readonly examiner: ChangeSetExaminer,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
    @Inject(EffectReport) private readonly effects: EffectReport,
    @Inject(WantedValues) private readonly values: WantedValues,
  ) {}

  /** What a draft changes, against what its edits are based on or against the head. */
  async diff(draft: DraftRow, against: 'head' | 'base', offset: number): Promise<object> {
    const page = { limit: CHANGES_MAX + 1, offset };
    const edits = await compareEdits(this.database, draft, draft.head, page);
    const isTruncated = edits.length > CHANGES_MAX;
    const changes = edits.slice(0, CHANGES_MAX).map((edit) => this.#change(edit, against));
    return { against, changes, ...(isTruncated && { truncated: true }) };
  }

  /** Everything that keeps a draft from being published, and what publishing it would do. */
  async validate(draft: DraftRow): Promise<Examination> {
    const edits = await findEdits(this.database, draft.id);
    const conflicts = await this.conflicts.find(this.database, draft, draft.head);
    const { issues, effects } = await this.examiner.examine(draft.group_name, this.changesOf(edits), pathsOf(edits));
    const valid = issues.length === 0 && conflicts.length === 0;
    const group = { id: draft.group_id, name: draft.group_name };
    return {
      valid,
      head: draft.head,
      issues: issues.map(({ path, message }) => issueAt(path, message)),
      conflicts: await this.conflicts.views(this.database, draft, conflicts),
      effect: issues.length === 0 ? await this.effects.of(group, effects) : null,
    };
  }

  /** The conflicts of a draft, as they are shown. */
  async conflictViews(draft: DraftRow): Promise<object[]> {
    const conflicts = await this.conflicts.find(this.database, draft, draft.head);
    return this.conflicts.views(this.database, draft, conflicts);
  }

  /** Edits as changes that can be written. What shall go may be gone already. */
  changesOf(edits: readonly EditRow[]): Change[] {
    return edits.map((edit) => {
      const [kind, value] = [kindOfEdit(edit), this.values.stored(edit)];
      if (!value) return { op: 'delete', kind, id: edit.id, isGoneFine: true };
      return { op: 'put', kind, id: edit.id, value };
    });
  }

  #change({ edit, base, theirs }: ComparedEdit, against: 'head' | 'base'): object {
    const other = against === 'base' ? base : theirs;
    const [before, after] = [this.values.shown(other), this.values.shownAgainst(edit, other)];
    const operations = operationsView(operationsBetween(before, after));
    const action = before || after ? actionOf(before ?? null, after ?? null) : 'none';
    const [old, next] = [before?.shown ?? null, after?.shown ?? null];
    return { kind: edit.kind, id: edit.id, action, before: old, after: next, ...operations };
  }
}

/** Where the value of an edit stands, in refusals: `/edits/<kind>/<id>`. */
export function pathsOf(edits: readonly EditRow[]): (index: number) => string {
  return (index) => {
    const { kind = '', id = '' } = edits[index] ?? {};
    return pointerOf(['edits', kind, id]);
  };
}

/** Takes a path of `pathsOf` apart. */
export function issueAt(path: string, message: string): DraftIssue {
  const [, , kind = '', id = '', ...rest] = path.split('/');
  const unescaped = (text: string): string => text.replaceAll('~1', '/').replaceAll('~0', '~');
  return { kind: unescaped(kind), id: unescaped(id), path: rest.map((key) => `/${key}`).join(''), message };
}

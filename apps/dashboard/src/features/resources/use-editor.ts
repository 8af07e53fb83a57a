import { equalJson } from '@sluice/schema';
import { useMemo, useState } from 'react';
import type { Issue } from '../../api/errors.ts';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import { useCatalogue } from '../../scope.ts';
import { checkDraft } from './check-draft.ts';
import { shapeOf } from './kind-shape.ts';
import { useDraft } from './use-draft.ts';

interface EditorStart {
  readonly kind: Kind;
  /** As the control plane has it now; undefined for a new resource. */
  readonly stored: Resource | undefined;
  readonly start: JsonRecord;
  /** Whether it starts with what a draft makes of the resource, which is kept there already. */
  readonly isInDraft?: boolean | undefined;
}

/** The state of one editing session: the draft, the version it began with, and what is wrong with it. */
export function useEditor({ kind, stored, start, isInDraft = false }: EditorStart) {
  const { draft, ...spelling } = useDraft(start);
  const [base, setBase] = useState(stored);
  const { plugins } = useCatalogue();
  const issues = useIssues(kind, draft);

  const kept = isInDraft ? start : (base?.value ?? start);
  const isDirty = spelling.isTextBroken || !equalJson(draft, kept);
  const newer = newerThan(base, stored);
  // Where nobody has typed yet, somebody else's version is simply what there is to edit.
  if (newer && !isDirty) {
    setBase(newer);
    if (!isInDraft) spelling.reset(newer.value);
  }

  return {
    ...spelling,
    ...issues,
    draft,
    /** The kind as this draft has it. */
    shape: useMemo(() => shapeOf(kind, plugins, draft), [kind, plugins, draft]),
    base,
    isDirty,
    /** Somebody else's version, where there is a newer one than the draft began with. */
    conflict: isDirty ? newer : undefined,
    /** Goes on from a newer version: with its value, or with the draft as it is. */
    rebase: (resource: Resource, keepsDraft: boolean) => {
      setBase(resource);
      if (!keepsDraft) spelling.reset(resource.value);
    },
  };
}

function newerThan(base: Resource | undefined, stored: Resource | undefined): Resource | undefined {
  return stored?.modified_revision === base?.modified_revision ? undefined : stored;
}

/** One editing session. */
export type EditorState = ReturnType<typeof useEditor>;

const none: readonly Issue[] = [];

interface Refusal {
  readonly draft: JsonRecord;
  readonly issues: readonly Issue[];
}

function useIssues(kind: Kind, draft: JsonRecord) {
  const { plugins } = useCatalogue();
  const [isChecked, setIsChecked] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const found = useMemo(() => (isChecked ? checkDraft(kind, plugins, draft) : none), [isChecked, kind, plugins, draft]);
  // What the control plane said was about one draft and no other.
  const refused = refusal?.draft === draft ? refusal.issues : none;
  return {
    /** Issues to show: nobody is told off before they have finished a first time. */
    issues: refused.length === 0 ? found : [...refused, ...found],
    /** Shows what is wrong from now on; whether there is something. */
    check: (): boolean => {
      setIsChecked(true);
      return checkDraft(kind, plugins, draft).length > 0;
    },
    refuse: (issues: readonly Issue[]) => {
      setIsChecked(true);
      setRefusal({ draft, issues });
    },
  };
}

import { useQueryClient } from '@tanstack/react-query';
import { draftCommands, type EditWrite } from '../api/draft-commands.ts';
import { draftQueries } from '../api/draft-queries.ts';
import type { Draft } from '../api/draft-types.ts';
import { useGroup } from '../scope.ts';
import { type ActiveDraft, useActiveDraft } from './use-active-draft.ts';
import { useApproval } from './use-approval.ts';

/** Where a change goes that is made here. */
export interface Writing {
  /** Whether it goes into a draft: because there is one at hand, or because the group wants it so. */
  readonly goesToDraft: boolean;
  /** Whether the group takes no change that nobody approved. */
  readonly needsApproval: boolean;
  readonly active: ActiveDraft['draft'];
  /** Puts a change into the draft at hand, or into a new one, which is at hand from then on. */
  readonly intoDraft: (edit: EditWrite) => Promise<Draft>;
}

/** Where changes go in this group now: live, or into a draft. */
export function useWriting(): Writing {
  const group = useGroup();
  const queryClient = useQueryClient();
  const { draft: active, enter } = useActiveDraft();
  const needsApproval = useApproval()?.required ?? false;
  const intoDraft = async (edit: EditWrite) => {
    const commands = draftCommands(group);
    const { id } = active ?? (await commands.create());
    const { draft, edit: kept } = await commands.putEdit(id, edit);
    enter(id);
    void queryClient.invalidateQueries({ queryKey: draftQueries(group).key });
    // An editor that is opened next begins with it.
    queryClient.setQueryData(draftQueries(group).edit(id, edit.kind, edit.id).queryKey, kept);
    return draft;
  };
  return { goesToDraft: active !== undefined || needsApproval, needsApproval, active, intoDraft };
}

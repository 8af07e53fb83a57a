import { useMutation } from '@tanstack/react-query';
import { groupCommands } from '../../api/commands.ts';
import { ApiError, hasCode } from '../../api/errors.ts';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import { useWriting } from '../../drafts/use-writing.ts';
import { useGroup } from '../../scope.ts';
import { idOf } from './draft.ts';

/** Asks the control plane what it would say to a draft; answers its warnings. */
export function useDryRun(kind: Kind, base: Resource | undefined) {
  const group = useGroup();
  const { goesToDraft } = useWriting();
  return useMutation({
    mutationFn: async (draft: JsonRecord): Promise<readonly string[]> => {
      // It may refer to what only the draft has; the draft is checked as a whole.
      if (goesToDraft) return [];
      const id = base?.id ?? idOf(draft, kind);
      // Without an id there is nothing to ask about; saving runs the same checks.
      if (id === undefined) return [];
      const answer = await groupCommands(group).tryWrite(kind.plural, id, draft);
      return answer.warnings;
    },
  });
}

/** Whether a refusal is about the value, so that it belongs to the form and not into the review. */
export function isAboutValue(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.issues.length > 0 || hasCode(error, 'INVALID'));
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Expectation, groupCommands } from '../../api/commands.ts';
import { ApiError, hasCode } from '../../api/errors.ts';
import { applyRevision } from '../../api/live.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { useGroup } from '../../scope.ts';
import { idOf } from './draft.ts';
import type { EditorState } from './use-editor.ts';

/** What is saved, and over which version. */
interface Saving {
  readonly message: string;
  readonly over: Resource | undefined;
}

/** Saves a draft unless the resource changed since the editor opened, then shows it. */
export function useSave(kind: Kind, editor: EditorState) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ message, over }: Saving) =>
      groupCommands(group).write({
        plural: kind.plural,
        id: over?.id ?? idOf(editor.draft, kind),
        value: editor.draft,
        expect: expectationOf(over),
        message: message || undefined,
      }),
    onSuccess: async ({ resource, revision }) => {
      editor.forget();
      await navigate({ to: paths.resource(group, kind.plural, resource.id), ignoreBlocker: true });
      queryClient.setQueryData(groupQueries(group).resource(kind.plural, resource.id).queryKey, resource);
      applyRevision(queryClient, group);
      announceRevision(group, revision);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.issues.length > 0) editor.refuse(error.issues);
      // The newer version is fetched, and the editor shows what changed meanwhile.
      if (hasCode(error, 'PRECONDITION_FAILED'))
        void queryClient.invalidateQueries({ queryKey: groupQueries(group).resourcesKey(kind.plural) });
    },
  });
}

function expectationOf(over: Resource | undefined): Expectation {
  return over ? { revision: over.modified_revision } : 'absent';
}

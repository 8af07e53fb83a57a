import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Expectation, groupCommands } from '../../api/commands.ts';
import { ApiError, hasCode } from '../../api/errors.ts';
import { applyRevision } from '../../api/live.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { announceEdit } from '../../drafts/announce-edit.tsx';
import { useWriting } from '../../drafts/use-writing.ts';
import { paths } from '../../paths.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { useGroup } from '../../scope.ts';
import { idOf, newId } from './draft.ts';
import type { EditorState } from './use-editor.ts';

/** What is saved, and over which version. */
interface Saving {
  readonly message: string;
  readonly over: Resource | undefined;
}

/** Saves what is edited, live, unless the resource changed since the editor opened; then shows it. */
export function useSave(kind: Kind, editor: EditorState) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const onRefused = useRefused(kind, editor);
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
    onError: onRefused,
  });
}

/** Puts what is edited into a draft, and leads back to where more can be edited. */
export function useSaveIntoDraft(kind: Kind, editor: EditorState) {
  const group = useGroup();
  const navigate = useNavigate();
  const onRefused = useRefused(kind, editor);
  const { intoDraft } = useWriting();
  return useMutation({
    mutationFn: async ({ over }: Pick<Saving, 'over'>) => {
      // A draft names what it makes, so that its other edits can refer to it.
      const id = over?.id ?? idOf(editor.draft, kind) ?? newId();
      const draft = await intoDraft({
        kind: kind.name,
        id,
        value: editor.draft,
        basedOn: over?.modified_revision,
      });
      return { draft, id };
    },
    onSuccess: async ({ draft, id }) => {
      editor.forget();
      await navigate({ to: paths.resources(group, kind.plural), ignoreBlocker: true });
      announceEdit(group, draft, `The change of ${kind.label} ${id}`);
    },
    onError: onRefused,
  });
}

function useRefused(kind: Kind, editor: EditorState) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return (error: Error) => {
    if (error instanceof ApiError && error.issues.length > 0) editor.refuse(error.issues);
    // The newer version is fetched, and the editor shows what changed meanwhile.
    if (hasCode(error, 'PRECONDITION_FAILED'))
      void queryClient.invalidateQueries({ queryKey: groupQueries(group).resourcesKey(kind.plural) });
  };
}

function expectationOf(over: Resource | undefined): Expectation {
  return over ? { revision: over.modified_revision } : 'absent';
}

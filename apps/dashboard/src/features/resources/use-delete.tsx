import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { groupCommands } from '../../api/commands.ts';
import { hasCode, messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import { applyRevision } from '../../api/live.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { announceEdit } from '../../drafts/announce-edit.tsx';
import { useWriting } from '../../drafts/use-writing.ts';
import { paths } from '../../paths.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { useGroup } from '../../scope.ts';
import { confirm } from '../../ui/confirm.tsx';

const changedMeanwhile = 'It was changed meanwhile. The page shows it as it is now: look at it, and delete it again.';

/** Deletes a resource after asking, and goes back to the list. */
export function useDelete(kind: Kind, resource: Resource) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const writing = useWriting();
  const drafting = useMutation({
    mutationFn: () =>
      writing.intoDraft({
        kind: kind.name,
        id: resource.id,
        value: null,
        basedOn: resource.modified_revision,
      }),
    onSuccess: (draft) => announceEdit(group, draft, `The deletion of ${kind.label} ${resource.id}`),
    onError: (error) => notifications.show({ color: 'red', title: 'Nothing was changed', message: messageOf(error) }),
  });
  const deleting = useMutation({
    mutationFn: () => groupCommands(group).remove(kind.plural, resource),
    onSuccess: async ({ revision }) => {
      await navigate({ to: paths.resources(group, kind.plural) });
      queryClient.removeQueries({ queryKey: groupQueries(group).resource(kind.plural, resource.id).queryKey });
      applyRevision(queryClient, group);
      announceRevision(group, revision);
    },
    onError: (error) => {
      const isNewer = hasCode(error, 'PRECONDITION_FAILED');
      if (isNewer) applyRevision(queryClient, group);
      const message = isNewer ? changedMeanwhile : messageOf(error);
      notifications.show({ color: 'red', title: 'Nothing was deleted', message, autoClose: false });
    },
  });
  const ask = async () => {
    const agreed = await confirm({
      title: `Delete ${kind.label} ${titleOf(resource)}?`,
      body: (
        <Text size="sm">
          {writing.goesToDraft
            ? 'The deletion goes into a draft. It stays in service until the draft is published.'
            : 'It is taken out of service on all data planes. Its history stays, and undoing the revision brings it back.'}
        </Text>
      ),
      action: 'Delete',
    });
    if (agreed) (writing.goesToDraft ? drafting : deleting).mutate();
  };
  return { ask, isPending: deleting.isPending || drafting.isPending };
}

/** How people know a resource: by its name, else by its id. */
export function titleOf({ id, value }: Resource): string {
  return typeof value['name'] === 'string' && value['name'] !== '' ? value['name'] : id;
}

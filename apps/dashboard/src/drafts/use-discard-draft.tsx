import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { draftCommands } from '../api/draft-commands.ts';
import { draftQueries } from '../api/draft-queries.ts';
import type { Draft } from '../api/draft-types.ts';
import { messageOf } from '../api/errors.ts';
import { useGroup } from '../scope.ts';
import { confirm } from '../ui/confirm.tsx';
import { useActiveDraft } from './use-active-draft.ts';

/** Throws a draft away after asking. */
export function useDiscardDraft(draft: Draft) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const active = useActiveDraft();
  const discarding = useMutation({
    mutationFn: () => draftCommands(group).discard(draft.id),
    onSuccess: () => {
      if (active.draft?.id === draft.id) active.leave();
      void queryClient.invalidateQueries({ queryKey: draftQueries(group).key });
      notifications.show({ message: `Draft ${draft.id} is discarded. Nothing of it was live.` });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not discarded', message: messageOf(error) }),
  });
  const ask = async () => {
    const agreed = await confirm({
      title: `Discard draft ${draft.id}?`,
      body: (
        <Text size="sm">
          {draft.edit_count === 0
            ? 'It has no edits.'
            : `Its ${draft.edit_count === 1 ? 'edit is' : `${draft.edit_count} edits are`} not live and will never be. It stays to be read under “Discarded”.`}
        </Text>
      ),
      action: 'Discard',
    });
    if (agreed) discarding.mutate();
  };
  return { ask, isPending: discarding.isPending };
}

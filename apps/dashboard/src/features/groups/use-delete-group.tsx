import { Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { messageOf } from '../../api/errors.ts';
import { groupsQuery } from '../../api/queries.ts';
import { transferCommands } from '../../api/transfer-commands.ts';
import { transferQueries } from '../../api/transfer-queries.ts';
import type { Group } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { confirm } from '../../ui/confirm.tsx';

/** Deletes a group with all that is in it, after its name was typed. */
export function useDeleteGroup({ name, resource_count: resources }: Group) {
  const current = useGroup();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => transferCommands.deleteGroup(name),
    onSuccess: async () => {
      if (current === name) await navigate({ to: paths.groups('default') });
      queryClient.removeQueries({ queryKey: ['group', name] });
      await queryClient.invalidateQueries(groupsQuery);
      notifications.show({ message: `The group ${name} is deleted.` });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not deleted', message: messageOf(error) }),
  });
  const ask = async () => {
    const { instances } = await queryClient
      .fetchQuery(transferQueries.group(name))
      // The question is asked all the same; the control plane counts again.
      .catch(() => ({ instances: { connected: 0 } }));
    const agreed = await confirm({
      title: `Delete the group ${name}?`,
      body: (
        <Stack gap="xs">
          <Text size="sm">
            {resources === 1 ? 'Its one resource goes' : `Its ${resources} resources go`} with it, and so does its
            history. This cannot be taken back; an export made before can be imported into another group.
          </Text>
          {instances.connected > 0 && (
            <Text size="sm" c="red">
              {instances.connected === 1 ? 'One data plane is' : `${instances.connected} data planes are`} connected.
              They keep serving what they have, and hear of nothing new.
            </Text>
          )}
        </Stack>
      ),
      action: 'Delete group',
      asksMessage: { label: `Type ${name} to delete it`, isRequired: true, mustBe: name },
    });
    if (agreed) deleting.mutate();
  };
  return { ask, isPending: deleting.isPending };
}

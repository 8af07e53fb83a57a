import { Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupsQuery } from '../../api/queries.ts';
import { transferCommands } from '../../api/transfer-commands.ts';
import { transferQueries } from '../../api/transfer-queries.ts';
import { useGroup } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';

/** What the group is for. */
export function DescriptionForm({ description }: { readonly description: string }): JSX.Element {
  const group = useGroup();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState(description);
  const saving = useMutation({
    mutationFn: () => transferCommands.describeGroup(group, typed.trim()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: transferQueries.group(group).queryKey });
      await queryClient.invalidateQueries(groupsQuery);
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not saved', message: messageOf(error) }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Description"
          flex={1}
          miw={220}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <ActionButton
          type="submit"
          variant="default"
          refusal={typed.trim() === description ? 'Nothing has changed yet.' : undefined}
          loading={saving.isPending}
        >
          Save description
        </ActionButton>
      </Group>
    </form>
  );
}

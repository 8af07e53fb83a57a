import { Button, Group, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type JSX, useState } from 'react';
import { draftCommands } from '../../api/draft-commands.ts';
import { draftQueries } from '../../api/draft-queries.ts';
import type { Draft } from '../../api/draft-types.ts';
import { messageOf } from '../../api/errors.ts';
import { useGroup } from '../../scope.ts';

/** What a draft is about; it becomes the message of the revision. */
export function DraftMessage({ draft }: { readonly draft: Draft }): JSX.Element {
  const [typed, setTyped] = useState<string>();
  const saving = useDescribe(draft.id, () => setTyped(undefined));
  if (typed === undefined) {
    return (
      <Group gap="xs">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {draft.message || 'No message yet.'}
        </Text>
        {draft.may.edit && (
          <Button size="compact-xs" variant="subtle" onClick={() => setTyped(draft.message ?? '')}>
            Edit message
          </Button>
        )}
      </Group>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs">
        <TextInput
          size="xs"
          w={{ base: 200, sm: 380 }}
          aria-label="Message"
          placeholder="What this is about"
          autoFocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" loading={saving.isPending}>
          Save message
        </Button>
      </Group>
    </form>
  );
}

function useDescribe(id: number, onDone: () => void) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (message: string) => draftCommands(group).describe(id, message),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: draftQueries(group).key });
      onDone();
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not saved', message: messageOf(error) }),
  });
}

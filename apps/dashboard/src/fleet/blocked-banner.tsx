import { Alert, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconArrowBackUp, IconBarrierBlock } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupCommands } from '../api/commands.ts';
import { messageOf } from '../api/errors.ts';
import { applyRevision } from '../api/live.ts';
import type { Blocked } from '../api/types.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { announceRevision } from '../rollout/announce-revision.tsx';
import { useGroup, useWriteRefusal } from '../scope.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Failure } from '../ui/states.tsx';
import { Refused } from './refused.tsx';

/** What keeps the group from moving on, and the way out in one click. Nothing is lost by it: an undo is a revision too. */
export function BlockedBanner({ blocked }: { readonly blocked: Blocked | null }): JSX.Element | null {
  const group = useGroup();
  const refusal = useWriteRefusal();
  const undoing = useUndo();
  if (!blocked) return null;
  const { revision, errors, instances } = blocked;
  return (
    <Alert
      color="red"
      icon={<IconBarrierBlock aria-hidden />}
      title={`Blocked at revision ${revision}`}
      role="region"
      aria-label="Blocked"
    >
      <Stack gap="sm">
        <Text size="sm">
          {instances.length === 1 ? 'A data plane refuses' : `${instances.length} data planes refuse`} what{' '}
          <TextLink inherit underline="always" to={paths.revision(group, revision)}>
            revision {revision}
          </TextLink>{' '}
          changed, and keeps serving the last good revision. Nothing that came later is live there either.
        </Text>
        <Refused errors={errors} />
        {undoing.error && <Failure title="Nothing was changed" message={messageOf(undoing.error)} />}
        <Group>
          <ActionButton
            color="red"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            refusal={refusal}
            loading={undoing.isPending}
            onClick={() => undoing.mutate(revision)}
          >
            Undo revision {revision}
          </ActionButton>
        </Group>
      </Stack>
    </Alert>
  );
}

function useUndo() {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (revision: number) =>
      groupCommands(group).undo(revision, `Undo revision ${revision}: data planes refuse it`),
    onSuccess: ({ revision }) => {
      applyRevision(queryClient, group);
      announceRevision(group, revision);
    },
  });
}

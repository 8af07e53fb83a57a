import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconArrowBackUp, IconBarrierBlock } from '@tabler/icons-react';
import type { JSX } from 'react';
import { historyCommands } from '../api/history-commands.ts';
import { messageOf } from '../api/errors.ts';
import { applyRevision } from '../api/live.ts';
import type { Blocked } from '../api/types.ts';
import { useApproval } from '../drafts/use-approval.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { announceRevision } from '../rollout/announce-revision.tsx';
import { useGroup, useMay } from '../scope.ts';
import { Failure } from '../ui/states.tsx';
import { Refused } from './refused.tsx';

/** What keeps the group from moving on, and the way out in one click. Nothing is lost by it: an undo is a revision too. */
export function BlockedBanner({ blocked }: { readonly blocked: Blocked | null }): JSX.Element | null {
  const group = useGroup();
  const mayUndo = useMay('editor');
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
        {mayUndo && (
          <Group>
            <Button
              color="red"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              loading={undoing.isPending}
              onClick={() => undoing.mutate(revision)}
            >
              Undo revision {revision}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

function useUndo() {
  const group = useGroup();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const needsApproval = useApproval()?.required === true;
  return useMutation({
    mutationFn: (number: number) =>
      historyCommands(group).goBack(
        { way: 'revert', number },
        `Undo revision ${number}: data planes refuse it`,
        needsApproval,
      ),
    onSuccess: ({ revision, draft }) => {
      applyRevision(queryClient, group);
      if (draft) void navigate({ to: paths.draft(group, draft.id) });
      else announceRevision(group, revision);
    },
  });
}

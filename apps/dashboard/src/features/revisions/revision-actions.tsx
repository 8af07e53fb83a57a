import { Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconArrowBackUp, IconRestore } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupCommands, type MadeRevision } from '../../api/commands.ts';
import { hasCode, messageOf } from '../../api/errors.ts';
import { applyRevision } from '../../api/live.ts';
import type { Revision } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { useGroup, useWriteRefusal } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { Failure } from '../../ui/states.tsx';

interface RevisionActionsProps {
  readonly revision: Revision;
  readonly isHead: boolean;
}

/** The two ways back: to the whole state as of a revision, or without just this one's changes. */
export function RevisionActions({ revision: { number }, isHead }: RevisionActionsProps): JSX.Element {
  const commands = groupCommands(useGroup());
  const refusal = useWriteRefusal();
  const rollingBack = useWayBack((message) => commands.rollBack(number, message));
  const undoing = useWayBack((message) => commands.undo(number, message));
  const failure = rollingBack.error ?? undoing.error;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <ActionButton
          variant="default"
          leftSection={<IconRestore size={16} aria-hidden />}
          refusal={refusal ?? (isHead ? 'This revision is what is served now.' : undefined)}
          loading={rollingBack.isPending}
          onClick={() => void askRollBack(number).then((agreed) => agreed && rollingBack.mutate(agreed.message))}
        >
          Roll back to this revision
        </ActionButton>
        <ActionButton
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          refusal={refusal}
          loading={undoing.isPending}
          onClick={() => void askUndo(number).then((agreed) => agreed && undoing.mutate(agreed.message))}
        >
          Undo this revision
        </ActionButton>
      </Group>
      {failure && <WayBackFailure error={failure} />}
    </Stack>
  );
}

function useWayBack(run: (message: string) => Promise<MadeRevision>) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: run,
    onSuccess: ({ revision }) => {
      applyRevision(queryClient, group);
      announceRevision(group, revision);
      if (revision !== null) void navigate({ to: paths.revision(group, revision) });
    },
  });
}

function askRollBack(number: number) {
  return confirm({
    title: `Roll back to revision ${number}?`,
    body: (
      <Text size="sm">
        Everything becomes as it was after revision {number}, as one new revision. Nothing of the history is lost, and
        this can be rolled back in turn.
      </Text>
    ),
    action: 'Roll back to this revision',
    color: 'sluice',
    asksMessage: true,
  });
}

function askUndo(number: number) {
  return confirm({
    title: `Undo revision ${number}?`,
    body: (
      <Text size="sm">
        Only what revision {number} changed is taken back, as one new revision. Later changes to other resources stay.
      </Text>
    ),
    action: 'Undo this revision',
    color: 'sluice',
    asksMessage: true,
  });
}

function WayBackFailure({ error }: { readonly error: Error }): JSX.Element {
  if (!hasCode(error, 'CONFLICT')) return <Failure title="Nothing was changed" message={messageOf(error)} />;
  return (
    <Failure
      title="Later revisions changed the same resources"
      message={`${messageOf(error)} Undoing would take those changes back as well. Roll back to an earlier revision, or edit these resources.`}
    />
  );
}

import { Group, Loader, Stack, Text } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCircleCheck, IconCloudOff } from '@tabler/icons-react';
import { type JSX, useEffect } from 'react';
import { groupQueries } from '../api/queries.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { type Progress, progressOf, progressText } from './progress.ts';

const shownMs = 8_000;
const pollMs = 1_000;

/** Tells how a new revision reaches the data planes, until it has; `null` says that nothing changed. */
export function announceRevision(group: string, revision: number | null): void {
  if (revision === null) {
    notifications.show({ message: 'Nothing changed, so there is no new revision.' });
    return;
  }
  // A newer revision contains the older ones, so it takes their place.
  notifications.clean();
  const id = `revision-${revision}`;
  notifications.show({
    id,
    autoClose: false,
    withBorder: true,
    message: <RevisionProgress group={group} revision={revision} onDone={() => notifications.hide(id)} />,
  });
}

interface RevisionProgressProps {
  readonly group: string;
  readonly revision: number;
  readonly onDone: () => void;
}

function RevisionProgress({ group, revision, onDone }: RevisionProgressProps): JSX.Element {
  const { data } = useQuery({ ...groupQueries(group).instances(), refetchInterval: pollMs });
  const progress = data && progressOf(revision, data.list);
  const isOver = progress?.state === 'live' || progress?.state === 'unwatched';
  const { start } = useTimeout(onDone, shownMs);
  // A refusal stays until somebody has read it.
  useEffect(() => {
    if (isOver) start();
  }, [isOver, start]);

  if (!progress) return <Text size="sm">Revision {revision} is saved.</Text>;
  return (
    <Stack gap={4}>
      <Group gap="xs" wrap="nowrap">
        <StateIcon state={progress.state} />
        <Text size="sm">{progressText(revision, progress)}</Text>
      </Group>
      {progress.refusals.map(({ instance, reason }) => (
        <Text key={instance} size="xs" c="red">
          {instance} refused it: {reason}
        </Text>
      ))}
      <TextLink size="xs" to={paths.revision(group, revision)} onClick={onDone}>
        Show revision {revision}
      </TextLink>
    </Stack>
  );
}

function StateIcon({ state }: { readonly state: Progress['state'] }): JSX.Element {
  if (state === 'live') return <IconCircleCheck size={18} color="var(--mantine-color-teal-6)" aria-hidden />;
  if (state === 'refused') return <IconAlertTriangle size={18} color="var(--mantine-color-red-6)" aria-hidden />;
  return state === 'unwatched' ? <IconCloudOff size={18} aria-hidden /> : <Loader size={16} aria-label="On its way" />;
}

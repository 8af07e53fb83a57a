import { Button, Center, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCheck, IconHeartbeat, type Icon, IconPlugConnected } from '@tabler/icons-react';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { fleetQueries } from '../../api/fleet-queries.ts';
import type { InstanceEvent } from '../../api/types.ts';
import { Refused } from '../../fleet/refused.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { eventText } from './event-text.ts';

const looks: Readonly<Record<InstanceEvent['type'], { readonly icon: Icon; readonly color: string }>> = {
  ack: { icon: IconCheck, color: 'teal' },
  nack: { icon: IconAlertTriangle, color: 'red' },
  connected: { icon: IconPlugConnected, color: 'sluice' },
  status: { icon: IconHeartbeat, color: 'gray' },
};

/** What a data plane acknowledged, refused and went through, newest first. */
export function InstanceHistory({ id }: { readonly id: string }): JSX.Element {
  const query = useInfiniteQuery(fleetQueries(useGroup()).instanceHistory(id));
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The history could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const events = query.data.pages.flatMap(({ list }) => list);
  if (events.length === 0) return <Empty title="No history yet" hint="It begins with the next change." />;
  return (
    <Stack gap="sm" component="ol" m={0} p="md" pt={0} style={{ listStyle: 'none' }}>
      {events.map((event) => (
        <Entry key={event.seq} event={event} />
      ))}
      {query.hasNextPage && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older events
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function Entry({ event }: { readonly event: InstanceEvent }): JSX.Element {
  const group = useGroup();
  const { icon: EventIcon, color } = looks[event.type];
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" size="sm" color={color} aria-hidden>
        <EventIcon size={14} />
      </ThemeIcon>
      <div style={{ minWidth: 0 }}>
        <Text size="sm">
          {eventText(event)}{' '}
          {event.revision !== null && event.revision > 0 && (
            <TextLink inherit to={paths.revision(group, event.revision)}>
              revision {event.revision}
            </TextLink>
          )}
        </Text>
        {event.type === 'nack' && <Refused errors={event.detail.errors} />}
        <Text size="xs" c="dimmed">
          <TimeAgo at={event.at} />
        </Text>
      </div>
    </Group>
  );
}

import { Box, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { DraftEvent } from '../../api/draft-types.ts';
import { TimeAgo } from '../../ui/time.tsx';

const deeds: Readonly<Record<string, string>> = {
  create: 'began the draft',
  edit: 'edited',
  remove: 'took back the edit of',
  rebase: 'brought it up to the head',
  submit: 'asked for approval',
  approve: 'approved it',
  reject: 'rejected it',
  withdraw: 'took the request for approval back',
  reset: 'made another approval necessary',
  publish: 'published it',
  discard: 'discarded it',
};

/** What people did to a draft, newest first. */
export function DraftLog({ events }: { readonly events: readonly DraftEvent[] }): JSX.Element {
  const newestFirst = events.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <Stack gap={0} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {newestFirst.map((event, index) => (
        <Box component="li" key={index} px="md" py={8} className="timeline-entry">
          <Text size="sm">
            <b>{event.actor}</b> {deeds[event.action] ?? event.action}
            {event.kind && event.id && ` ${event.kind.replaceAll('_', ' ')} ${event.id}`},{' '}
            <Text span c="dimmed" inherit>
              <TimeAgo at={event.at} />
            </Text>
          </Text>
          {event.comment && (
            <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {event.comment}
            </Text>
          )}
        </Box>
      ))}
    </Stack>
  );
}

import { Badge, Box, Group, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { RevisionHeader } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { revisionTitle } from '../../ui/revision-title.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { ChangeMark } from './change-mark.tsx';
import { SourceBadge } from './source-badge.tsx';

interface RevisionEntryProps {
  readonly revision: RevisionHeader;
  readonly isHead: boolean;
}

/** One revision on the timeline. */
export function RevisionEntry({ revision, isHead }: RevisionEntryProps): JSX.Element {
  const group = useGroup();
  const hidden = revision.change_count - revision.changes.length;
  return (
    <Box component="li" px="md" py="sm" className="timeline-entry">
      <Group gap="md" wrap="nowrap" align="flex-start">
        <Text ff="monospace" size="sm" c="dimmed" miw={44} ta="right" className="tabular">
          #{revision.number}
        </Text>
        <Stack gap={4} flex={1} miw={0}>
          <Group gap="xs">
            <TextLink fw={550} size="sm" to={paths.revision(group, revision.number)}>
              {revisionTitle(revision)}
            </TextLink>
            <SourceBadge source={revision.source} />
            {isHead && <Badge variant="filled">head</Badge>}
          </Group>
          <Text size="xs" c="dimmed">
            {revision.author}, <TimeAgo at={revision.created_at} />
            {restoresNote(revision)}
          </Text>
          <Group gap="4px 16px">
            {revision.changes.map((change) => (
              <ChangeMark key={`${change.kind} ${change.id}`} change={change} />
            ))}
            {hidden > 0 && (
              <Text size="sm" c="dimmed">
                and {hidden} more
              </Text>
            )}
          </Group>
        </Stack>
      </Group>
    </Box>
  );
}

function restoresNote({ restores, source }: RevisionHeader): string {
  if (restores === undefined || restores === null) return '';
  return source === 'revert' ? `, takes back revision ${restores}` : `, restores revision ${restores}`;
}

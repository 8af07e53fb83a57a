import { Badge, Box, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconMessage } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { RevisionHeader } from '../../api/history-types.ts';
import { ChangeMark } from '../../changes/change-mark.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { revisionTitle } from '../../ui/revision-title.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { SourceBadge } from './source-badge.tsx';

interface RevisionEntryProps {
  readonly revision: RevisionHeader;
  readonly isHead: boolean;
  /** Whether it is one of the two to compare. */
  readonly isPicked: boolean;
  readonly onPick: (isPicked: boolean) => void;
}

/** One revision on the timeline. */
export function RevisionEntry({ revision, isHead, isPicked, onPick }: RevisionEntryProps): JSX.Element {
  const hidden = revision.change_count - revision.changes.length;
  return (
    <Box component="li" px="md" py="sm" className="timeline-entry">
      <Group gap="md" wrap="nowrap" align="flex-start">
        <Checkbox
          size="xs"
          mt={3}
          aria-label={`Pick revision ${revision.number} to compare`}
          checked={isPicked}
          onChange={(event) => onPick(event.currentTarget.checked)}
        />
        <Text ff="monospace" size="sm" c="dimmed" miw={36} ta="right" className="tabular">
          #{revision.number}
        </Text>
        <Stack gap={4} flex={1} miw={0}>
          <Headline revision={revision} isHead={isHead} />
          <Byline revision={revision} />
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

function Headline({ revision, isHead }: Pick<RevisionEntryProps, 'revision' | 'isHead'>): JSX.Element {
  const group = useGroup();
  return (
    <Group gap="xs">
      <TextLink fw={550} size="sm" to={paths.revision(group, revision.number)} style={{ overflowWrap: 'anywhere' }}>
        {revisionTitle(revision)}
      </TextLink>
      <SourceBadge source={revision.source} />
      {isHead && <Badge variant="filled">head</Badge>}
      {revision.labels.map((label) => (
        <Badge key={label} variant="outline">
          {label}
        </Badge>
      ))}
    </Group>
  );
}

function Byline({ revision }: { readonly revision: RevisionHeader }): JSX.Element {
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        {revision.author}, <TimeAgo at={revision.created_at} />
        {originNote(revision)}
      </Text>
      {revision.comment_count > 0 && (
        <Group gap={2} c="dimmed">
          <IconMessage size={14} aria-hidden />
          <Text size="xs">{revision.comment_count === 1 ? '1 comment' : `${revision.comment_count} comments`}</Text>
        </Group>
      )}
    </Group>
  );
}

function originNote({ restores, source, draft }: RevisionHeader): string {
  const approval = draft?.approved_by ? `, approved by ${draft.approved_by}` : '';
  if (restores === undefined || restores === null) return approval;
  return source === 'revert'
    ? `, takes back revision ${restores}${approval}`
    : `, restores revision ${restores}${approval}`;
}

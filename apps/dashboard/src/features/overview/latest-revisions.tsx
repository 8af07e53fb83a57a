import { Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { RevisionHeader } from '../../api/history-types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { revisionTitle } from '../../ui/revision-title.ts';
import { Panel } from '../../ui/panel.tsx';
import { Empty, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';

const shown = 6;

/** The last few changes, and the way to all of them. */
export function LatestRevisions(): JSX.Element {
  const group = useGroup();
  const { data } = useInfiniteQuery(groupQueries(group).revisions({}, shown));
  const revisions = data?.pages[0]?.list;
  return (
    <Panel
      title="Latest revisions"
      aside={
        <TextLink size="sm" to={paths.revisions(group)}>
          All revisions
        </TextLink>
      }
    >
      {!revisions && <LoadingRows rows={4} />}
      {revisions?.length === 0 && <Empty title="No revisions yet" hint="The first change makes the first revision." />}
      <Stack gap="sm">
        {revisions?.map((revision) => (
          <LatestRevision key={revision.number} revision={revision} />
        ))}
      </Stack>
    </Panel>
  );
}

function LatestRevision({ revision }: { readonly revision: RevisionHeader }): JSX.Element {
  const group = useGroup();
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <TextLink size="sm" className="tabular" miw={36} to={paths.revision(group, revision.number)}>
        {revision.number}
      </TextLink>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" truncate>
          {revisionTitle(revision)}
        </Text>
        <Text size="xs" c="dimmed">
          {revision.author}, <TimeAgo at={revision.created_at} />
        </Text>
      </div>
    </Group>
  );
}

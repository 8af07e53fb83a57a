import { Button, Center, Group, Stack, Text } from '@mantine/core';
import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Revision } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Digest } from '../../ui/digest.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { revisionTitle } from '../../ui/revision-title.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { ChangeList } from './change-list.tsx';
import { RevisionActions } from './revision-actions.tsx';
import { SourceBadge } from './source-badge.tsx';

/** One revision: who changed what and why, and the ways back. */
export function RevisionPage(): JSX.Element {
  const { number } = useParams({ strict: false }) as { number?: string };
  // Nothing of one revision, such as what was refused there, stays when the page turns to another.
  return <RevisionView key={number} number={Number(number)} />;
}

function RevisionView({ number }: { readonly number: number }): JSX.Element {
  const group = useGroup();
  const query = useSuspenseInfiniteQuery(groupQueries(group).revision(number));
  const { data: overview } = useSuspenseQuery(groupQueries(group).overview());
  const revision = query.data.pages[0];
  const changes = query.data.pages.flatMap((page) => page.changes);
  if (!revision) return <></>;
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.revisions(group)}>
            Revisions
          </TextLink>
        }
        title={`Revision ${number}`}
        description={revisionTitle(revision)}
      />
      <Stack gap="lg">
        <Panel>
          <Stack>
            <RevisionFacts revision={revision} />
            <RevisionActions revision={revision} isHead={overview.revision === number} />
          </Stack>
        </Panel>
        <Panel title={revision.change_count === 1 ? '1 change' : `${revision.change_count} changes`} flush>
          <ChangeList changes={changes} />
          {query.hasNextPage && (
            <Center p="md">
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show more changes
              </Button>
            </Center>
          )}
        </Panel>
      </Stack>
    </>
  );
}

function RevisionFacts({ revision }: { readonly revision: Revision }): JSX.Element {
  return (
    <Facts>
      <Fact label="Author">
        <Group gap="xs">
          <Text size="sm">{revision.author}</Text>
          <SourceBadge source={revision.source} />
        </Group>
      </Fact>
      <Fact label="Time">
        <TimeAgo at={revision.created_at} />
      </Fact>
      <Proof label="Digest" value={revision.digest} />
      <Proof label="Digest before" value={revision.previous_digest} />
      <Proof label="Chain" value={revision.chain} />
    </Facts>
  );
}

/** Nothing where the value is not shown to this user. */
function Proof({ label, value }: { readonly label: string; readonly value: string | undefined }): JSX.Element | null {
  if (value === undefined) return null;
  return (
    <Fact label={label}>
      <Digest value={value} />
    </Fact>
  );
}

import { Button, Center, Group, Stack, Text } from '@mantine/core';
import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Revision } from '../../api/history-types.ts';
import { ChangeList } from '../../changes/change-list.tsx';
import { ButtonLink, TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Digest } from '../../ui/digest.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { revisionTitle } from '../../ui/revision-title.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { IconGitCompare } from '@tabler/icons-react';
import { RevisionActions } from './revision-actions.tsx';
import { RevisionComments } from './revision-comments.tsx';
import { RevisionLabels } from './revision-labels.tsx';
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
        actions={
          overview.revision !== number && (
            <ButtonLink
              variant="default"
              to={paths.compare(group)}
              search={{ from: number, to: overview.revision }}
              leftSection={<IconGitCompare size={16} aria-hidden />}
            >
              Compare with the head
            </ButtonLink>
          )
        }
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
        <Panel title="Comments">
          <RevisionComments number={number} comments={revision.comments} />
        </Panel>
      </Stack>
    </>
  );
}

function RevisionFacts({ revision }: { readonly revision: Revision }): JSX.Element {
  const group = useGroup();
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
      {revision.draft && (
        <Fact label="Draft">
          <Text size="sm" component="span">
            <TextLink inherit to={paths.draft(group, revision.draft.id)}>
              Draft {revision.draft.id}
            </TextLink>{' '}
            by {revision.draft.authors.join(', ')}
            {revision.draft.approved_by && `, approved by ${revision.draft.approved_by}`}
          </Text>
        </Fact>
      )}
      <Fact label="Labels">
        <RevisionLabels number={revision.number} labels={revision.labels} />
      </Fact>
      <Proof label="Digest" value={revision.digest} />
      <Proof label="Digest before" value={revision.previous_digest} />
      <Proof label="Chain" value={revision.chain} />
    </Facts>
  );
}

/** Nothing where the value is not shown to this user. */
function Proof({
  label,
  value,
}: {
  readonly label: string;
  readonly value: string | null | undefined;
}): JSX.Element | null {
  if (value === undefined || value === null) return null;
  return (
    <Fact label={label}>
      <Digest value={value} />
    </Fact>
  );
}

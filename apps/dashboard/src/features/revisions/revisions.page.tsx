import { Button, Center, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconGitCompare } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import { ButtonLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { RevisionEntry } from './revision-entry.tsx';
import { revisionFilter, type TimelineSearch } from './timeline-search.ts';
import { TimelineToolbar } from './timeline-toolbar.tsx';

/** Every change that was ever made, newest first. */
export function RevisionsPage(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as TimelineSearch;
  const [picked, setPicked] = useState<readonly number[]>([]);
  const change = (next: TimelineSearch) =>
    void navigate({ to: paths.revisions(group), search: { ...next }, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader title="Revisions" description="Every change, with its author and the way back." />
      <Panel flush>
        <TimelineToolbar search={search} onChange={change} />
        <Timeline search={search} picked={picked} onPick={setPicked} />
      </Panel>
      <CompareBar picked={picked} onClear={() => setPicked([])} />
    </>
  );
}

interface TimelineProps {
  readonly search: TimelineSearch;
  readonly picked: readonly number[];
  readonly onPick: (next: readonly number[]) => void;
}

function Timeline({ search, picked, onPick }: TimelineProps): JSX.Element {
  const group = useGroup();
  const query = useInfiniteQuery(groupQueries(group).revisions(revisionFilter(search)));
  if (query.isPending) return <LoadingRows />;
  if (query.isError) {
    return <Failure title="The revisions could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const revisions = query.data.pages.flatMap(({ list }) => list);
  const head = query.data.pages[0]?.head;
  const archivedThrough = query.data.pages[0]?.archived_through ?? 0;
  if (revisions.length === 0) return <NoRevisions isFiltered={Object.keys(search).length > 0} />;
  return (
    <Stack gap={0} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {revisions.map((revision) => (
        <RevisionEntry
          key={revision.number}
          revision={revision}
          isHead={revision.number === head}
          isPicked={picked.includes(revision.number)}
          onPick={(isPicked) => onPick(withPick(picked, revision.number, isPicked))}
        />
      ))}
      {!query.hasNextPage && archivedThrough > 0 && (
        <Text component="li" size="sm" c="dimmed" p="md" className="timeline-entry">
          Revisions up to {archivedThrough} are in the archive.
        </Text>
      )}
      {query.hasNextPage && (
        <Center p="md" component="li">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older revisions
          </Button>
        </Center>
      )}
    </Stack>
  );
}

/** Two can be compared: a third takes the place of the one that was picked first. */
function withPick(picked: readonly number[], number: number, isPicked: boolean): readonly number[] {
  const others = picked.filter((one) => one !== number);
  return isPicked ? [...others, number].slice(-2) : others;
}

function CompareBar({ picked, onClear }: { readonly picked: readonly number[]; readonly onClear: () => void }) {
  const group = useGroup();
  const [from, to] = picked.toSorted((a, b) => a - b);
  if (from === undefined) return null;
  return (
    <Group className="action-bar" justify="flex-end" gap="sm" mt="lg" py="sm" role="region" aria-label="Compare">
      <Text size="sm" c="dimmed" role="status">
        {to === undefined
          ? `Revision ${from} is picked. Pick another to compare it with.`
          : `${from} and ${to} are picked.`}
      </Text>
      <Button variant="default" onClick={onClear}>
        Pick none
      </Button>
      {to !== undefined && (
        <ButtonLink
          to={paths.compare(group)}
          search={{ from, to }}
          leftSection={<IconGitCompare size={16} aria-hidden />}
        >
          Compare {from} with {to}
        </ButtonLink>
      )}
    </Group>
  );
}

function NoRevisions({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return isFiltered ? (
    <Empty title="No revision matches" hint="Choose other filters, or clear them to see all revisions." />
  ) : (
    <Empty
      title="No revisions yet"
      hint="Create a route: every change from then on stands here and can be taken back."
    />
  );
}

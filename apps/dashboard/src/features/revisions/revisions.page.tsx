import { Button, Center, Select, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { pluralTitle, useCatalogue, useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { RevisionEntry } from './revision-entry.tsx';

/** What the address of the timeline may say. */
export interface RevisionsSearch {
  readonly kind?: string | undefined;
}

/** Every change that was ever made, newest first. */
export function RevisionsPage(): JSX.Element {
  const { kind } = useSearch({ strict: false }) as RevisionsSearch;
  return (
    <>
      <PageHeader
        title="Revisions"
        description="Every change, with its author and the way back."
        actions={<KindFilter kind={kind} />}
      />
      <Panel flush>
        <Timeline kind={kind} />
      </Panel>
    </>
  );
}

function KindFilter({ kind }: { readonly kind: string | undefined }): JSX.Element {
  const group = useGroup();
  const { kinds } = useCatalogue();
  const navigate = useNavigate();
  return (
    <Select
      aria-label="Kind"
      placeholder="All kinds"
      clearable
      w={190}
      data={kinds.map((known) => ({ value: known.name, label: pluralTitle(known) }))}
      value={kind ?? null}
      onChange={(next) => void navigate({ to: paths.revisions(group), search: next === null ? {} : { kind: next } })}
    />
  );
}

function Timeline({ kind }: { readonly kind: string | undefined }): JSX.Element {
  const group = useGroup();
  const query = useInfiniteQuery(groupQueries(group).revisions(kind === undefined ? {} : { kind }));
  if (query.isPending) return <LoadingRows />;
  if (query.isError) {
    return <Failure title="The revisions could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const revisions = query.data.pages.flatMap(({ list }) => list);
  const head = query.data.pages[0]?.head;
  if (revisions.length === 0) return <NoRevisions isFiltered={kind !== undefined} />;
  return (
    <Stack gap={0} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {revisions.map((revision) => (
        <RevisionEntry key={revision.number} revision={revision} isHead={revision.number === head} />
      ))}
      {query.hasNextPage && (
        <Center p="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older revisions
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function NoRevisions({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  return isFiltered ? (
    <Empty title="No revision touched this kind" hint="Choose another kind, or clear the filter to see all of them." />
  ) : (
    <Empty
      title="No revisions yet"
      hint="Create a route: every change from then on stands here and can be taken back."
    />
  );
}

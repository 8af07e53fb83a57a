import { Accordion, Button, Center, Group, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, RevisionHeader } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Diff } from '../../ui/lazy.tsx';
import { revisionTitle } from '../../ui/revision-title.ts';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';

interface ResourceHistoryProps {
  readonly kind: Kind;
  readonly id: string;
}

/** The revisions that touched one resource, each with its difference. */
export function ResourceHistory({ kind, id }: ResourceHistoryProps): JSX.Element {
  const group = useGroup();
  const query = useInfiniteQuery(groupQueries(group).revisions({ kind: kind.name, id }));
  const [open, setOpen] = useState<string | null>(null);
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The history could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  return (
    <>
      <Accordion variant="separated" value={open} onChange={setOpen}>
        {query.data.pages
          .flatMap(({ list }) => list)
          .map((revision) => (
            <HistoryEntry
              key={revision.number}
              revision={revision}
              kind={kind}
              id={id}
              isOpen={open === String(revision.number)}
            />
          ))}
      </Accordion>
      {query.hasNextPage && (
        <Center p="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older revisions
          </Button>
        </Center>
      )}
    </>
  );
}

interface HistoryEntryProps extends ResourceHistoryProps {
  readonly revision: RevisionHeader;
  readonly isOpen: boolean;
}

function HistoryEntry({ revision, kind, id, isOpen }: HistoryEntryProps): JSX.Element {
  return (
    <Accordion.Item value={String(revision.number)}>
      <Accordion.Control>
        <Group gap="sm">
          <Text size="sm" ff="monospace" c="dimmed">
            #{revision.number}
          </Text>
          <Text size="sm" fw={550}>
            {revisionTitle(revision)}
          </Text>
          <Text size="xs" c="dimmed">
            {revision.author}, <TimeAgo at={revision.created_at} />
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>{isOpen && <Difference number={revision.number} kind={kind} id={id} />}</Accordion.Panel>
    </Accordion.Item>
  );
}

function Difference({ number, kind, id }: ResourceHistoryProps & { readonly number: number }): JSX.Element {
  const group = useGroup();
  const query = useInfiniteQuery(groupQueries(group).revision(number));
  const change = query.data?.pages.flatMap((page) => page.changes).find((at) => at.kind === kind.name && at.id === id);
  if (query.isPending) return <Skeleton h={160} />;
  return (
    <>
      {change ? (
        <Diff
          label={`Change of ${kind.label} ${id} in revision ${number}`}
          before={change.before}
          after={change.after}
        />
      ) : (
        <Text size="sm" c="dimmed">
          The revision is too large to show the difference here.
        </Text>
      )}
      <TextLink size="sm" mt="xs" display="inline-block" to={paths.revision(group, number)}>
        Show revision {number}
      </TextLink>
    </>
  );
}

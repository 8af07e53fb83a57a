import { Accordion, Box, Button, Center, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconRestore } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { historyQueries } from '../../api/history-queries.ts';
import type { HistoryEntry } from '../../api/history-types.ts';
import type { Kind } from '../../api/types.ts';
import { ActionBadge } from '../../changes/change-mark.tsx';
import { FieldList } from '../../changes/field-list.tsx';
import { withoutTimes } from '../../changes/without-times.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup, useMay } from '../../scope.ts';
import { Diff } from '../../ui/lazy.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { WayBackButton } from '../../way-back/way-back-button.tsx';

interface ResourceHistoryProps {
  readonly kind: Kind;
  readonly id: string;
}

/** The revisions that touched one resource: what each changed, and the way back to it. */
export function ResourceHistory({ kind, id }: ResourceHistoryProps): JSX.Element {
  const query = useInfiniteQuery(historyQueries(useGroup()).resource(kind.plural, id));
  const [open, setOpen] = useState<string | null>(null);
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The history could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const entries = query.data.pages.flatMap(({ list }) => list);
  if (entries.length === 0) {
    return <Empty title="No history" hint="The revisions that touched it are in the archive." />;
  }
  return (
    <>
      <Accordion variant="separated" value={open} onChange={setOpen} chevronPosition="left">
        {entries.map((entry, index) => (
          <HistoryItem
            key={entry.revision}
            entry={entry}
            kind={kind}
            id={id}
            isNow={index === 0}
            isOpen={open === String(entry.revision)}
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

interface HistoryItemProps extends ResourceHistoryProps {
  readonly entry: HistoryEntry;
  /** Whether the resource is as this revision left it. */
  readonly isNow: boolean;
  readonly isOpen: boolean;
}

function HistoryItem({ entry, kind, id, isNow, isOpen }: HistoryItemProps): JSX.Element {
  const group = useGroup();
  const mayRestore = useMay('editor');
  return (
    <Accordion.Item value={String(entry.revision)}>
      <Accordion.Control>
        <Group gap="xs">
          <Text size="sm" ff="monospace" c="dimmed" className="tabular">
            #{entry.revision}
          </Text>
          <ActionBadge action={entry.action} />
          <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
            {entry.message || `Revision ${entry.revision}`}
          </Text>
          <Text size="xs" c="dimmed">
            {entry.author}, <TimeAgo at={entry.created_at} />
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        {isOpen && (
          <Stack gap="sm">
            <Difference entry={entry} kind={kind} id={id} />
            <Group gap="sm">
              {mayRestore && !isNow && entry.action !== 'delete' && (
                <WayBackButton
                  size="compact-sm"
                  back={{ way: 'restore', number: entry.revision, kind: kind.name, id }}
                  title={`Restore ${kind.label} ${id} as of revision ${entry.revision}?`}
                  explanation="Only this resource becomes what it was then, as one new revision."
                  action="Restore this version"
                  leftSection={<IconRestore size={14} aria-hidden />}
                />
              )}
              <TextLink size="sm" to={paths.revision(group, entry.revision)}>
                Show revision {entry.revision}
              </TextLink>
            </Group>
          </Stack>
        )}
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Difference({ entry, kind, id }: Omit<HistoryItemProps, 'isOpen' | 'isNow'>): JSX.Element {
  const [view, setView] = useState(entry.action === 'update' ? 'fields' : 'json');
  const name = `${kind.label} ${id} in revision ${entry.revision}`;
  return (
    <Stack gap="xs">
      {entry.action === 'update' && (
        <SegmentedControl
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          aria-label={`How the difference of ${name} is shown`}
          data={[
            { value: 'fields', label: 'Fields' },
            { value: 'json', label: 'JSON' },
          ]}
          value={view}
          onChange={setView}
        />
      )}
      {view === 'fields' ? (
        <FieldList label={`Changed fields of ${name}`} fields={entry.operations} />
      ) : (
        <JsonDifference entry={entry} kind={kind} id={id} name={name} />
      )}
    </Stack>
  );
}

function JsonDifference({ entry, kind, id, name }: Omit<HistoryItemProps, 'isOpen' | 'isNow'> & { name: string }) {
  const queries = historyQueries(useGroup());
  const after = useQuery(queries.version(kind.plural, id, entry.revision));
  // Before the first revision there was nothing to ask for.
  const hasBefore = entry.action !== 'create' && entry.revision > 1;
  const before = useQuery({ ...queries.version(kind.plural, id, entry.revision - 1), enabled: hasBefore });
  const error = after.error ?? before.error;
  if (error) return <Failure title="The difference could not be read" message={messageOf(error)} />;
  if (!after.data || (hasBefore && !before.data)) return <Skeleton h={160} />;
  return (
    <Box>
      <Diff
        label={`Change of ${name}`}
        before={withoutTimes(before.data?.value)}
        after={withoutTimes(after.data.value)}
      />
    </Box>
  );
}

import { ActionIcon, Button, Center, Group, NumberInput, Stack, Tooltip } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconArrowsExchange } from '@tabler/icons-react';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { historyQueries } from '../../api/history-queries.ts';
import { groupQueries } from '../../api/queries.ts';
import { ChangeList } from '../../changes/change-list.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';

/** Which two revisions the address names. */
export interface CompareSearch {
  readonly from?: number;
  readonly to?: number;
}

/** What lies between any two revisions. */
export function ComparePage(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const { data: overview } = useSuspenseQuery(groupQueries(group).overview());
  const search = useSearch({ strict: false }) as CompareSearch;
  const to = search.to ?? Math.max(1, overview.revision);
  const from = search.from ?? Math.max(0, to - 1);
  const show = (next: Required<CompareSearch>) =>
    void navigate({ to: paths.compare(group), search: next, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.revisions(group)}>
            Revisions
          </TextLink>
        }
        title={from === 0 ? `Everything as of revision ${to}` : `Revision ${from} compared with ${to}`}
        description="What became of every resource between the two. Revision 0 is the empty group."
      />
      <Stack gap="lg">
        <Panel>
          <Group align="flex-end" gap="sm">
            <NumberField
              label="From revision"
              value={from}
              max={overview.revision}
              onChange={(next) => show({ from: next, to })}
            />
            <Tooltip label="Exchange the two">
              <ActionIcon
                variant="default"
                size={36}
                aria-label="Exchange the two"
                disabled={from === 0}
                onClick={() => show({ from: to, to: from })}
              >
                <IconArrowsExchange size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <NumberField
              label="To revision"
              value={to}
              min={1}
              max={overview.revision}
              onChange={(next) => show({ from, to: next })}
            />
          </Group>
        </Panel>
        <Panel flush>
          <Differences key={`${from} ${to}`} from={from} to={to} />
        </Panel>
      </Stack>
    </>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly onChange: (next: number) => void;
}

function NumberField({ label, value, min = 0, max, onChange }: NumberFieldProps): JSX.Element {
  return (
    <NumberInput
      label={label}
      w={140}
      min={min}
      max={max}
      allowDecimal={false}
      clampBehavior="strict"
      value={value}
      onChange={(next) => typeof next === 'number' && next !== value && onChange(next)}
    />
  );
}

function Differences({ from, to }: Required<CompareSearch>): JSX.Element {
  const query = useInfiniteQuery(historyQueries(useGroup()).diff(from, to));
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="They could not be compared" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const changes = query.data.pages.flatMap((page) => page.changes);
  if (changes.length === 0) {
    return <Empty title="Nothing differs" hint="After both revisions, every resource is exactly the same." />;
  }
  return (
    <>
      <ChangeList changes={changes} />
      {query.hasNextPage && (
        <Center p="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more changes
          </Button>
        </Center>
      )}
    </>
  );
}

import { Button, Center, Group, Menu } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconDownload } from '@tabler/icons-react';
import type { JSX } from 'react';
import { auditQueries } from '../../api/access-queries.ts';
import { messageOf } from '../../api/errors.ts';
import { paths } from '../../paths.ts';
import { Requires } from '../../role-gate.tsx';
import { useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { AuditEntries } from './audit-entries.tsx';
import { auditFilter, type AuditSearch } from './audit-search.ts';
import { AuditToolbar } from './audit-toolbar.tsx';
import { VerifyButton } from './verify-button.tsx';

/** Who did what, when, from where; and whether the record of it is whole. */
export function AuditPage(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as AuditSearch;
  const change = (next: AuditSearch) =>
    void navigate({ to: paths.audit(group), search: { ...next }, replace: true, resetScroll: false });
  return (
    <Requires role="admin">
      <PageHeader
        title="Audit"
        description="Who did what, when and from where. Entries are chained: one that is changed or taken out is found."
        actions={
          <Group gap="xs">
            <ExportMenu search={search} />
            <VerifyButton />
          </Group>
        }
      />
      <Panel flush>
        <AuditToolbar search={search} onChange={change} />
        <Entries search={search} />
      </Panel>
    </Requires>
  );
}

function Entries({ search }: { readonly search: AuditSearch }): JSX.Element {
  const query = useInfiniteQuery(auditQueries.entries(auditFilter(search)));
  if (query.isPending) return <LoadingRows />;
  if (query.isError) {
    return <Failure title="The entries could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const entries = query.data.pages.flatMap(({ list }) => list);
  if (entries.length === 0) {
    return <Empty title="No entry matches" hint="Choose other filters, or clear them to see all entries." />;
  }
  return (
    <>
      <AuditEntries entries={entries} />
      {query.hasNextPage && (
        <Center p="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older entries
          </Button>
        </Center>
      )}
    </>
  );
}

/** Downloads what the filters show, all of it. */
function ExportMenu({ search }: { readonly search: AuditSearch }): JSX.Element {
  const hrefOf = (format: string) => {
    const filters = Object.entries(auditFilter(search)).filter(([, value]) => value !== undefined);
    return `/api/v1/audit/export?${new URLSearchParams([['format', format], ...filters.map(([key, value]) => [key, String(value)])])}`;
  };
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={hrefOf('csv')} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={hrefOf('jsonl')} download>
          JSON lines
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

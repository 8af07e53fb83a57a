import { Group, Pagination, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Page, Resource } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { pluralTitle, useGroup, useKind } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { CreateButton } from './create-button.tsx';
import { listParams, type ListSearch, pageSize } from './list-search.ts';
import { ListToolbar } from './list-toolbar.tsx';
import { NoResources } from './no-resources.tsx';
import { NotServedNotice } from './not-served-notice.tsx';
import { ResourceTable } from './resource-table.tsx';

/** All resources of a kind: search, order, filter, page. */
export function ListPage(): JSX.Element {
  const { plural = '' } = useParams({ strict: false }) as { plural?: string };
  const kind = useKind(plural);
  const search = useSearch({ strict: false }) as ListSearch;
  const change = useChangeSearch(plural);
  return (
    <>
      <PageHeader
        title={pluralTitle(kind)}
        description={kind.description}
        actions={kind.parent ? undefined : <CreateButton kind={kind} />}
      />
      <NotServedNotice warnings={kind.not_served ? [kind.not_served] : undefined} />
      <Panel flush>
        {/* The key lets the fields of another kind begin empty. */}
        <ListToolbar key={plural} search={search} onChange={change} />
        <Results kind={kind} search={search} onChange={change} />
      </Panel>
    </>
  );
}

interface ResultsProps {
  readonly kind: Kind;
  readonly search: ListSearch;
  readonly onChange: (next: ListSearch) => void;
}

function Results({ kind, search, onChange }: ResultsProps): JSX.Element {
  const group = useGroup();
  const query = useQuery(groupQueries(group).resources(kind.plural, listParams(search)));
  if (query.isPending) return <LoadingRows />;
  if (query.isError) {
    return <Failure title="The list could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const isFiltered = search.search !== undefined || search.label !== undefined;
  if (query.data.list.length === 0) {
    return <NoResources kind={kind} isFiltered={isFiltered} onClear={() => onChange({})} />;
  }
  return (
    // What is shown is the former answer until the new one is here.
    <div style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }} aria-busy={query.isPlaceholderData}>
      <ResourceTable kind={kind} resources={query.data.list} search={search} onSort={onChange} />
      <PageBar page={query.data} onPage={(page) => onChange(page > 1 ? { ...search, page } : withoutPage(search))} />
    </div>
  );
}

function PageBar({ page, onPage }: { page: Page<Resource>; onPage: (page: number) => void }): JSX.Element {
  const first = (page.page - 1) * page.page_size + 1;
  const pages = Math.ceil(page.total / pageSize);
  return (
    <Group justify="space-between" px="md" py="sm">
      <Text size="xs" c="dimmed" className="tabular">
        {first}–{first + page.list.length - 1} of {page.total}
      </Text>
      {pages > 1 && (
        <Pagination
          size="sm"
          total={pages}
          value={page.page}
          onChange={onPage}
          getControlProps={(control) => ({ 'aria-label': `${control} page` })}
          getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
        />
      )}
    </Group>
  );
}

function withoutPage({ page: _page, ...search }: ListSearch): ListSearch {
  return search;
}

function useChangeSearch(plural: string) {
  const group = useGroup();
  const navigate = useNavigate();
  return (next: ListSearch) =>
    void navigate({ to: paths.resources(group, plural), search: { ...next }, replace: true, resetScroll: false });
}

import { Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { historyQueries } from '../../api/history-queries.ts';
import { pluralTitle, useCatalogue, useGroup } from '../../scope.ts';
import { DayField } from '../../ui/day-field.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import { sourceOptions } from './source-badge.tsx';
import { hiddenFilters, type TimelineSearch, withFilter } from './timeline-search.ts';

interface TimelineToolbarProps {
  readonly search: TimelineSearch;
  readonly onChange: (next: TimelineSearch) => void;
}

/** Which revisions to show. The two filters that are used most stand first; the others unfold. */
export function TimelineToolbar({ search, onChange }: TimelineToolbarProps): JSX.Element {
  const { kinds } = useCatalogue();
  const hidden = hiddenFilters(search);
  return (
    <FilterBar
      hidden={hidden}
      onClear={Object.keys(search).length === 0 ? undefined : () => onChange({})}
      more={<MoreFilters search={search} onChange={onChange} />}
    >
      <FilterField
        label="Search"
        placeholder="Message, resource id or name"
        leftSection={<IconSearch size={16} aria-hidden />}
        flex={1}
        miw={180}
        maw={340}
        text={search.text ?? ''}
        onChange={(text) => onChange(withFilter(search, 'text', text))}
      />
      <Select
        aria-label="Kind"
        placeholder="All kinds"
        clearable
        w={180}
        data={kinds.map((kind) => ({ value: kind.name, label: pluralTitle(kind) }))}
        value={search.kind ?? null}
        onChange={(kind) => onChange(withFilter(search, 'kind', kind))}
      />
    </FilterBar>
  );
}

/** The labels that revisions carry, and how many do. */
function LabelFilter({ label, onChange }: { label: string | undefined; onChange: (label: string | null) => void }) {
  const { data } = useQuery(historyQueries(useGroup()).labels());
  const known = (data?.list ?? []).map(({ label: name, count }) => ({ value: name, label: `${name} (${count})` }));
  const isKnown = label === undefined || known.some(({ value }) => value === label);
  return (
    <Select
      label="Label"
      placeholder="Any"
      clearable
      searchable
      nothingFoundMessage="No revision has such a label"
      data={isKnown ? known : [...known, { value: label, label }]}
      value={label ?? null}
      onChange={onChange}
    />
  );
}

function MoreFilters({ search, onChange }: TimelineToolbarProps): JSX.Element {
  const set = (key: keyof TimelineSearch) => (value: string | null) => onChange(withFilter(search, key, value));
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 6 }} px="md" pb="md" spacing="sm">
      <FilterField label="Author" isLabelled text={search.author ?? ''} onChange={set('author')} />
      <Select
        label="Source"
        placeholder="Any"
        clearable
        data={sourceOptions}
        value={search.source ?? null}
        onChange={set('source')}
      />
      <FilterField label="Resource id" isLabelled text={search.id ?? ''} onChange={set('id')} />
      <LabelFilter label={search.label} onChange={set('label')} />
      <DayField label="From" value={search.from} max={search.to} onChange={set('from')} />
      <DayField label="To" value={search.to} min={search.from} onChange={set('to')} />
    </SimpleGrid>
  );
}

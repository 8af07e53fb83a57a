import { Checkbox, Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { auditQueries } from '../../api/access-queries.ts';
import { groupsQuery } from '../../api/queries.ts';
import { DayField } from '../../ui/day-field.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import type { AuditSearch } from './audit-search.ts';

interface AuditToolbarProps {
  readonly search: AuditSearch;
  readonly onChange: (next: AuditSearch) => void;
}

type Word = 'actor' | 'action' | 'group' | 'kind' | 'id' | 'text' | 'from' | 'to';
const unfolded: readonly Word[] = ['group', 'kind', 'id', 'from', 'to'];

/** Which entries to show. */
export function AuditToolbar({ search, onChange }: AuditToolbarProps): JSX.Element {
  const hidden = unfolded.filter((key) => search[key] !== undefined).length;
  const { data: actions } = useQuery(auditQueries.actions());
  const set = (key: Word) => (value: string | null) => {
    const { [key]: _former, ...rest } = search;
    onChange(value === null || value === '' ? rest : { ...rest, [key]: value });
  };
  return (
    <FilterBar
      hidden={hidden}
      onClear={Object.keys(search).length === 0 ? undefined : () => onChange({})}
      more={<MoreFilters search={search} set={set} />}
    >
      <FilterField
        label="Search"
        placeholder="Any word of an entry"
        leftSection={<IconSearch size={16} aria-hidden />}
        flex={1}
        miw={160}
        maw={280}
        text={search.text ?? ''}
        onChange={set('text')}
      />
      <FilterField label="Who" placeholder="Who" w={150} text={search.actor ?? ''} onChange={set('actor')} />
      <Select
        aria-label="Action"
        placeholder="All actions"
        clearable
        searchable
        w={200}
        data={[...(actions?.list ?? [])]}
        value={search.action ?? null}
        onChange={set('action')}
      />
      <FailedOnly search={search} onChange={onChange} />
    </FilterBar>
  );
}

function FailedOnly({ search, onChange }: AuditToolbarProps): JSX.Element {
  const { failed, ...rest } = search;
  return (
    <Checkbox
      label="Failed only"
      checked={failed === true}
      onChange={({ currentTarget }) => onChange(currentTarget.checked ? { ...rest, failed: true } : rest)}
    />
  );
}

interface MoreFiltersProps {
  readonly search: AuditSearch;
  readonly set: (key: Word) => (value: string | null) => void;
}

function MoreFilters({ search, set }: MoreFiltersProps): JSX.Element {
  const { data: groups = [] } = useQuery(groupsQuery);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} px="md" pb="md" spacing="sm">
      <Select
        label="Group"
        placeholder="Any"
        clearable
        data={groups.map(({ name }) => name)}
        value={search.group ?? null}
        onChange={set('group')}
      />
      <FilterField label="Kind" isLabelled text={search.kind ?? ''} onChange={set('kind')} />
      <FilterField label="Id" isLabelled text={search.id ?? ''} onChange={set('id')} />
      <DayField label="From" value={search.from} max={search.to} onChange={set('from')} />
      <DayField label="To" value={search.to} min={search.from} onChange={set('to')} />
    </SimpleGrid>
  );
}

import { Group } from '@mantine/core';
import { IconSearch, IconTag } from '@tabler/icons-react';
import type { JSX } from 'react';
import { FilterField } from '../../ui/filter-field.tsx';
import type { ListSearch } from './list-search.ts';

const width = { flex: 1, miw: 180, maw: 340 } as const;

interface ListToolbarProps {
  readonly search: ListSearch;
  readonly onChange: (next: ListSearch) => void;
}

/** What to look for. The address follows the typing at a small distance. */
export function ListToolbar({ search, onChange }: ListToolbarProps): JSX.Element {
  const change = (key: 'search' | 'label') => (text: string) => {
    const { page: _page, [key]: _former, ...rest } = search;
    onChange(text === '' ? rest : { ...rest, [key]: text });
  };
  return (
    <Group p="md" gap="sm">
      <FilterField
        label="Search"
        placeholder="Id, name, path, host…"
        leftSection={<IconSearch size={16} aria-hidden />}
        {...width}
        text={search.search ?? ''}
        onChange={change('search')}
      />
      <FilterField
        label="Label"
        placeholder="team or team:payments"
        leftSection={<IconTag size={16} aria-hidden />}
        {...width}
        text={search.label ?? ''}
        onChange={change('label')}
      />
    </Group>
  );
}

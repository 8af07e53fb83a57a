import { Group, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconTag } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import type { ListSearch } from './list-search.ts';

const debounceMs = 250;

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
        icon={<IconSearch size={16} aria-hidden />}
        text={search.search ?? ''}
        onChange={change('search')}
      />
      <FilterField
        label="Label"
        placeholder="team or team:payments"
        icon={<IconTag size={16} aria-hidden />}
        text={search.label ?? ''}
        onChange={change('label')}
      />
    </Group>
  );
}

interface FilterFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly icon: JSX.Element;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function FilterField({ label, placeholder, icon, text, onChange }: FilterFieldProps): JSX.Element {
  const [typed, setTyped] = useState(text);
  const [followed, setFollowed] = useState(text);
  const report = useDebouncedCallback(onChange, debounceMs);
  // The address changed by another way, such as the back button or “Clear the filters”.
  if (text !== followed) {
    setFollowed(text);
    setTyped(text);
  }
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={icon}
      flex={1}
      miw={180}
      maw={340}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        report(currentTarget.value.trim());
      }}
    />
  );
}

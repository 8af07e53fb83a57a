import { Group, Pill, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type JSX, useState } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Kind } from '../../api/types.ts';
import { pluralTitle, useCatalogue } from '../../scope.ts';

const offeredMax = 50;
const debounceMs = 200;

type Chosen = readonly { readonly kind: string; readonly id: string }[];

interface ResourceChoiceProps {
  /** The group that has the resources. */
  readonly source: string;
  readonly chosen: Chosen;
  readonly onChange: (next: Chosen) => void;
}

/** Picks resources of another group, one after the other. */
export function ResourceChoice({ source, chosen, onChange }: ResourceChoiceProps): JSX.Element {
  const { kinds } = useCatalogue();
  const [kindName, setKindName] = useState(kinds[0]?.name ?? '');
  const kind = kinds.find(({ name }) => name === kindName);
  const isChosen = (id: string) => chosen.some((one) => one.kind === kindName && one.id === id);
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label="Kind"
          w={200}
          allowDeselect={false}
          data={kinds.map((one) => ({ value: one.name, label: pluralTitle(one) }))}
          value={kindName}
          onChange={(next) => setKindName(next ?? kindName)}
        />
        {kind && (
          <ResourceSelect
            key={kind.name}
            source={source}
            kind={kind}
            onPick={(id) => !isChosen(id) && onChange([...chosen, { kind: kind.name, id }])}
          />
        )}
      </Group>
      {chosen.length > 0 && (
        <Pill.Group aria-label="Chosen resources">
          {chosen.map(({ kind: name, id }) => (
            <Pill
              key={`${name} ${id}`}
              withRemoveButton
              removeButtonProps={{ 'aria-label': `Do not promote ${name} ${id}`, 'aria-hidden': false, tabIndex: 0 }}
              onRemove={() => onChange(chosen.filter((one) => one.kind !== name || one.id !== id))}
            >
              {name.replaceAll('_', ' ')} {id}
            </Pill>
          ))}
        </Pill.Group>
      )}
    </Stack>
  );
}

interface ResourceSelectProps {
  readonly source: string;
  readonly kind: Kind;
  readonly onPick: (id: string) => void;
}

function ResourceSelect({ source, kind, onPick }: ResourceSelectProps): JSX.Element {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, debounceMs);
  const query = useQuery(
    groupQueries(source).resources(kind.plural, { page: 1, page_size: offeredMax, search, sort: 'name' }),
  );
  const options = (query.data?.list ?? []).map(({ id, value }) => {
    const name = value['name'];
    return { value: id, label: typeof name === 'string' && name !== id ? `${name} (${id})` : id };
  });
  return (
    <Select
      label="Resource"
      placeholder={`Search ${kind.plural.replaceAll('_', ' ')} of ${source}`}
      flex={1}
      miw={220}
      maw={420}
      searchable
      data={options}
      // The control plane has searched already, in more than what is shown.
      filter={({ options: found }) => found}
      nothingFoundMessage={query.isPending ? 'Loading…' : `No ${kind.label} found`}
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id) => {
        if (id === null) return;
        onPick(id);
        setTyped('');
      }}
    />
  );
}

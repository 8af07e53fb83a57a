import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type JSX, useState } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import type { Widget, WidgetProps } from '../../schema-form/form-context.ts';
import { inputProps } from '../../schema-form/widgets/input-props.tsx';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { useGroup } from '../../scope.ts';

const offeredMax = 50;
const debounceMs = 200;

/** A widget that picks one of the existing resources of a kind. */
export function referenceTo(target: Kind): Widget {
  return function ReferenceWidget(props: WidgetProps): JSX.Element {
    return <ReferenceSelect {...props} target={target} />;
  };
}

function ReferenceSelect({ target, ...props }: WidgetProps & { readonly target: Kind }): JSX.Element {
  const { value, onChange } = props;
  const group = useGroup();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, debounceMs);
  const query = useQuery(
    groupQueries(group).resources(target.plural, { page: 1, page_size: offeredMax, search, sort: 'name' }),
  );
  const chosen = value === undefined ? null : String(value);
  const drafted = useDrafted(target);
  const stored = (query.data?.list ?? []).map(optionOf);
  const options = [...drafted.filter(({ value: id }) => !stored.some((option) => option.value === id)), ...stored];
  // The chosen one stays visible, also when the search does not find it or it does not exist yet.
  const data = chosen === null || options.some((option) => option.value === chosen) ? options : [...options, chosen];
  return (
    <Select
      {...inputProps(props)}
      data={data}
      value={chosen}
      placeholder={`Search ${target.plural.replaceAll('_', ' ')}`}
      nothingFoundMessage={query.isPending ? 'Loading…' : `No ${target.label} found`}
      searchable
      clearable
      maw={480}
      // The control plane has searched already, in more than what is shown.
      filter={({ options: found }) => found}
      onSearchChange={(text) => setTyped(options.some(({ label }) => label === text) || text === chosen ? '' : text)}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}

/** What the draft at hand makes that does not exist yet. */
function useDrafted(target: Kind): readonly { value: string; label: string }[] {
  const edits = useActiveDraft().draft?.edits ?? [];
  return edits
    .filter(({ kind, action }) => kind === target.name && action === 'create')
    .map(({ id, value }) => {
      const name = value?.['name'];
      return { value: id, label: typeof name === 'string' ? `${name} (${id}, in the draft)` : `${id} (in the draft)` };
    });
}

function optionOf({ id, value }: Resource): { value: string; label: string } {
  const name = value['name'];
  return { value: id, label: typeof name === 'string' && name !== id ? `${name} (${id})` : id };
}

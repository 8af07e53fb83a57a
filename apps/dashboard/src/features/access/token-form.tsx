import { Button, Checkbox, Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type JSX, useState } from 'react';
import type { TokenRequest } from '../../api/access-types.ts';
import type { Kind, Role } from '../../api/types.ts';
import { pluralTitle } from '../../scope.ts';
import { rolesToGive } from './roles.ts';

const lifetimes = [
  { value: '7', label: 'One week' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: 'never', label: 'It does not expire' },
];
const doors = [
  { value: 'both', label: 'Both' },
  { value: 'api', label: '/api/v1 only' },
  { value: 'admin-api', label: 'The Admin API only' },
];

interface TokenFormProps {
  readonly roleMax: Role | undefined;
  readonly groups: readonly string[];
  readonly isForAll: boolean;
  readonly kinds: readonly Kind[];
  readonly isPending: boolean;
  readonly onSubmit: (wanted: TokenRequest) => void;
}

/** A token while somebody describes it. */
interface TokenDraft {
  readonly name: string;
  readonly role: Role;
  readonly lifetime: string;
  readonly groups: readonly string[];
  readonly kinds: NonNullable<TokenRequest['kinds']>;
  readonly door: 'both' | 'api' | 'admin-api';
  readonly isReadOnly: boolean;
}

const emptyToken: TokenDraft = {
  name: '',
  role: 'editor',
  lifetime: '90',
  groups: [],
  kinds: [],
  door: 'both',
  isReadOnly: false,
};

/** What a token shall be for; everything beyond that is refused. */
export function TokenForm({ roleMax, groups, isForAll, kinds, isPending, onSubmit }: TokenFormProps): JSX.Element {
  const [draft, setDraft] = useState<TokenDraft>({
    ...emptyToken,
    role: roleMax === 'viewer' ? 'viewer' : 'editor',
    groups: isForAll ? [] : groups.slice(0, 1),
  });
  const set = (fields: Partial<TokenDraft>) => setDraft({ ...draft, ...fields });
  const needsGroup = !isForAll && draft.groups.length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!needsGroup) onSubmit(requestOf(draft));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="What the token is for, such as a pipeline."
          data-autofocus
          required
          withAsterisk={false}
          maxLength={100}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Group grow align="flex-start">
          <Select
            label="Role"
            allowDeselect={false}
            data={rolesToGive(roleMax)}
            value={draft.role}
            onChange={(role) => role && set({ role: role as Role })}
          />
          <Select
            label="Valid for"
            allowDeselect={false}
            data={lifetimes}
            value={draft.lifetime}
            onChange={(lifetime) => lifetime && set({ lifetime })}
          />
        </Group>
        <MultiSelect
          label="Groups"
          placeholder={draft.groups.length === 0 && isForAll ? 'All' : ''}
          error={needsGroup && 'Choose a group at least.'}
          data={[...groups]}
          value={[...draft.groups]}
          onChange={(chosen) => set({ groups: chosen })}
        />
        <Limits draft={draft} kinds={kinds} set={set} />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface LimitsProps {
  readonly draft: TokenDraft;
  readonly kinds: readonly Kind[];
  readonly set: (fields: Partial<TokenDraft>) => void;
}

function Limits({ draft, kinds, set }: LimitsProps): JSX.Element {
  return (
    <>
      <MultiSelect
        label="Kinds"
        description="With some chosen it reaches these and nothing else."
        placeholder={draft.kinds.length === 0 ? 'All' : ''}
        searchable
        data={kinds.map((kind) => ({ value: kind.name, label: pluralTitle(kind) }))}
        value={[...draft.kinds]}
        // The control plane knows its own kinds; one that is new to this build is one of them.
        onChange={(chosen) => set({ kinds: chosen as TokenDraft['kinds'] })}
      />
      <Select
        label="API"
        allowDeselect={false}
        data={doors}
        value={draft.door}
        onChange={(door) => door && set({ door: door as TokenDraft['door'] })}
      />
      <Checkbox
        label="Reading only"
        checked={draft.isReadOnly}
        onChange={(event) => set({ isReadOnly: event.currentTarget.checked })}
      />
    </>
  );
}

function requestOf({ name, role, lifetime, groups, kinds, door, isReadOnly }: TokenDraft): TokenRequest {
  return {
    name: name.trim(),
    role,
    groups: groups.length === 0 ? null : groups,
    read_only: isReadOnly,
    apis: door === 'both' ? ['api', 'admin-api'] : [door],
    kinds: kinds.length === 0 ? null : kinds,
    expires_in_days: lifetime === 'never' ? null : Number(lifetime),
  };
}

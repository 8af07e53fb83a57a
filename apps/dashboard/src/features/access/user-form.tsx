import { Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { type FormEvent, type JSX, useState } from 'react';
import type { User, UserFields } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';
import type { Role } from '../../api/types.ts';
import { Failure } from '../../ui/states.tsx';
import { GroupRoles } from './group-roles.tsx';
import { rolesToGive } from './roles.ts';

interface UserFormProps {
  readonly user: User | undefined;
  readonly giverRole: Role | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onSubmit: (fields: UserFields & { readonly username: string }) => void;
}

const none = 'none';

/** A user while somebody describes them. */
interface UserDraft {
  readonly username: string;
  readonly displayName: string;
  readonly email: string;
  readonly role: Role | null;
  readonly groups: User['groups'];
  readonly isDisabled: boolean;
}

/** Who somebody is, and what they may do where. */
export function UserForm({ user, giverRole, error, isPending, onSubmit }: UserFormProps): JSX.Element {
  const [draft, setDraft] = useState(() => draftOf(user));
  const set = (fields: Partial<UserDraft>) => setDraft({ ...draft, ...fields });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(fieldsOf(draft, user));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {error && <Failure title="Not saved" message={messageOf(error)} />}
        {!user && (
          <TextInput
            label="Username"
            data-autofocus
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={draft.username}
            onChange={(event) => set({ username: event.currentTarget.value })}
          />
        )}
        <Group grow align="flex-start">
          <TextInput
            label="Name"
            autoComplete="off"
            value={draft.displayName}
            onChange={(event) => set({ displayName: event.currentTarget.value })}
          />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="off"
            value={draft.email}
            onChange={(event) => set({ email: event.currentTarget.value })}
          />
        </Group>
        <RoleFields user={user} draft={draft} giverRole={giverRole} set={set} />
        {user && (
          <Switch
            label="Disabled"
            description="Cannot sign in, and everything of theirs is refused from the next request on."
            checked={draft.isDisabled}
            onChange={(event) => set({ isDisabled: event.currentTarget.checked })}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {user ? 'Save user' : 'Create user'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface RoleFieldsProps extends Pick<UserFormProps, 'user' | 'giverRole'> {
  readonly draft: UserDraft;
  readonly set: (fields: Partial<UserDraft>) => void;
}

function RoleFields({ user, draft, giverRole, set }: RoleFieldsProps): JSX.Element {
  if (user?.roles_from_provider) {
    return <Text size="sm">The identity provider says what this user may do, at each sign-in.</Text>;
  }
  return (
    <>
      <Select
        label="Role everywhere"
        description="In all groups, also in those that are made later."
        allowDeselect={false}
        data={[{ value: none, label: 'None' }, ...rolesToGive(giverRole)]}
        value={draft.role ?? none}
        onChange={(next) => set({ role: next === none ? null : (next as Role) })}
      />
      <GroupRoles roles={draft.groups} giverRole={giverRole} onChange={(groups) => set({ groups })} />
    </>
  );
}

function draftOf(user: User | undefined): UserDraft {
  if (!user) return { username: '', displayName: '', email: '', role: 'viewer', groups: [], isDisabled: false };
  const { username, display_name: displayName, email, role, groups, disabled: isDisabled } = user;
  return { username, displayName: displayName ?? '', email: email ?? '', role, groups, isDisabled };
}

/** What is sent: no roles where the provider says them, and a state only of somebody who is there. */
function fieldsOf(draft: UserDraft, user: User | undefined): UserFields & { readonly username: string } {
  return {
    username: draft.username.trim(),
    display_name: draft.displayName.trim() || null,
    email: draft.email.trim() || null,
    ...(user?.roles_from_provider ? {} : { role: draft.role, groups: draft.groups }),
    ...(user ? { disabled: draft.isDisabled } : {}),
  };
}

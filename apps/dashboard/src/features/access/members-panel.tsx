import { Badge, Button, Group, Select, Table, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type JSX, useState } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import { accessQueries } from '../../api/access-queries.ts';
import type { Member } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';
import { includesRole } from '../../api/roles.ts';
import type { Role } from '../../api/types.ts';
import { useGroup, useRole } from '../../scope.ts';
import { ActionsHead } from '../../ui/actions-head.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { Panel } from '../../ui/panel.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { rolesToGive } from './roles.ts';

/** Everybody who has a role in the group, by whatever way. */
export function MembersPanel(): JSX.Element {
  const group = useGroup();
  const query = useQuery(accessQueries.members(group));
  return (
    <Panel flush>
      <AddMember />
      {query.isPending && <LoadingRows rows={4} />}
      {query.isError && (
        <Failure title="The members could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data?.list.length === 0 && <Empty title="No members" hint="Give somebody a role in this group." />}
      {query.data && query.data.list.length > 0 && (
        <Table.ScrollContainer minWidth={560} scrollAreaProps={scrollableBy('Members')}>
          <Table aria-label="Members">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>User</Table.Th>
                <Table.Th>Role here</Table.Th>
                <Table.Th>Through</Table.Th>
                <ActionsHead />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.list.map((member) => (
                <MemberRow key={member.username} member={member} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}

function AddMember(): JSX.Element {
  const group = useGroup();
  const mine = useRole();
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const setting = useMemberChange((who: string) => accessCommands.setMember(group, who, role));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setting.mutate(username.trim(), { onSuccess: () => setUsername('') });
  };
  return (
    <form onSubmit={submit}>
      <Group p="md" gap="sm" align="flex-end">
        <TextInput
          label="Username"
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <Select
          label="Role"
          w={260}
          allowDeselect={false}
          data={rolesToGive(mine)}
          value={role}
          onChange={(next) => next && setRole(next as Role)}
        />
        <Button type="submit" variant="default" loading={setting.isPending}>
          Add member
        </Button>
      </Group>
    </form>
  );
}

function MemberRow({ member }: { readonly member: Member }): JSX.Element {
  const group = useGroup();
  const mine = useRole();
  const setting = useMemberChange((role: Role) => accessCommands.setMember(group, member.username, role));
  const removing = useMemberChange(() => accessCommands.removeMember(group, member.username));
  const mayChange = member.through === 'group' && !member.roles_from_provider && includesRole(mine, member.role);
  const ask = async () => {
    const agreed = await confirm({
      title: `Take ${member.username} out of ${group}?`,
      body: 'They lose their role in this group with the next request.',
      action: 'Remove member',
    });
    if (agreed) removing.mutate(undefined);
  };
  return (
    <Table.Tr>
      <Table.Td>
        <MemberName member={member} />
      </Table.Td>
      <Table.Td>
        {mayChange ? (
          <Select
            aria-label={`Role of ${member.username}`}
            w={260}
            size="xs"
            allowDeselect={false}
            data={rolesToGive(mine)}
            value={member.role}
            onChange={(next) => next && next !== member.role && setting.mutate(next as Role)}
          />
        ) : (
          member.role
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{throughText(member)}</Text>
      </Table.Td>
      <Table.Td ta="right">
        {mayChange && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Remove ${member.username}`}
            loading={removing.isPending}
            onClick={() => void ask()}
          >
            Remove
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function MemberName({ member }: { readonly member: Member }): JSX.Element {
  return (
    <>
      <Group gap="xs">
        <Text size="sm" fw={550}>
          {member.username}
        </Text>
        {member.disabled && <Badge color="red">disabled</Badge>}
      </Group>
      <Text size="xs" c="dimmed">
        {member.display_name}
      </Text>
    </>
  );
}

function throughText({ through, roles_from_provider: isFromProvider }: Member): string {
  if (isFromProvider) return 'the identity provider';
  return through === 'global' ? 'a role everywhere' : 'this group';
}

function useMemberChange<T>(run: (value: T) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queryClient.invalidateQueries({ queryKey: accessQueries.key }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not changed', message: messageOf(error) }),
  });
}

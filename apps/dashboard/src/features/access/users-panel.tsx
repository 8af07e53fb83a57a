import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { accessQueries } from '../../api/access-queries.ts';
import type { User } from '../../api/access-types.ts';
import { messageOf } from '../../api/errors.ts';
import { includesRole, roleIn } from '../../api/roles.ts';
import { paths } from '../../paths.ts';
import { useGrants, useGroup } from '../../scope.ts';
import { ActionsHead } from '../../ui/actions-head.tsx';
import { FilterField } from '../../ui/filter-field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import type { AccessSearch } from './access.page.tsx';
import { PageBar, usePage } from './page-bar.tsx';
import { openUser } from './user-dialog.tsx';

/** Everybody who can sign in. */
export function UsersPanel(): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const { search } = useSearch({ strict: false }) as AccessSearch;
  const mine = roleIn(useGrants(), null);
  return (
    <Panel flush>
      <Group p="md" justify="space-between" gap="sm">
        <FilterField
          label="Search users"
          placeholder="Name or address"
          leftSection={<IconSearch size={16} aria-hidden />}
          flex={1}
          miw={180}
          maw={340}
          text={search ?? ''}
          onChange={(text) =>
            void navigate({
              to: paths.access(group),
              search: { tab: 'users', ...(text === '' ? {} : { search: text }) },
              replace: true,
            })
          }
        />
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => openUser({ user: undefined, giverRole: mine })}
        >
          Create user
        </Button>
      </Group>
      <UserList search={search} />
    </Panel>
  );
}

function UserList({ search }: { readonly search: string | undefined }): JSX.Element {
  const query = useQuery(accessQueries.users({ search, page: usePage() }));
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The users could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  if (query.data.list.length === 0) return <Empty title="Nobody matches" hint="Search for another name." />;
  return (
    <>
      <Table.ScrollContainer minWidth={760} scrollAreaProps={scrollableBy('Users')}>
        <Table className="tabular" aria-label="Users">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>User</Table.Th>
              <Table.Th>Everywhere</Table.Th>
              <Table.Th>In groups</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Last sign-in</Table.Th>
              <ActionsHead />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.list.map((user) => (
              <UserRow key={user.username} user={user} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <PageBar total={query.data.total} />
    </>
  );
}

function UserRow({ user }: { readonly user: User }): JSX.Element {
  const mine = roleIn(useGrants(), null);
  // Owners are for owners to touch.
  const mayEdit = user.role !== 'owner' || includesRole(mine, 'owner');
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {user.username}
        </Text>
        <Text size="xs" c="dimmed">
          {[user.display_name, user.email].filter(Boolean).join(', ')}
        </Text>
      </Table.Td>
      <Table.Td>{user.role ?? '–'}</Table.Td>
      <Table.Td>
        <Text size="sm">{user.groups.map(({ group, role }) => `${group}: ${role}`).join(', ') || '–'}</Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {user.disabled && <Badge color="red">disabled</Badge>}
          {user.must_change_password && <Badge color="orange">temporary password</Badge>}
          {user.origin === 'oidc' && <Badge color="violet">identity provider</Badge>}
          {!user.disabled && !user.must_change_password && user.origin === 'local' && (
            <Badge color="teal">active</Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{user.last_sign_in_at ? <TimeAgo at={user.last_sign_in_at} /> : 'never'}</Table.Td>
      <Table.Td ta="right">
        {mayEdit && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Edit ${user.username}`}
            onClick={() => openUser({ user, giverRole: mine })}
          >
            Edit
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

import { Button, Group, Table, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconPlus, IconTransferIn } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupsQuery } from '../../api/queries.ts';
import { includesRole, roleIn } from '../../api/roles.ts';
import type { Group as GatewayGroup } from '../../api/types.ts';
import { ButtonLink, TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGrants, useGroup, useMay, useMayEverywhere } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { ActionsHead } from '../../ui/actions-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { openNewGroup } from './new-group.tsx';
import { useDeleteGroup } from './use-delete-group.tsx';

/** The gateway groups: environments, each with its own configuration, history and data planes. */
export function GroupsPage(): JSX.Element {
  const group = useGroup();
  const mayCreate = useMayEverywhere('admin');
  const mayPromote = useMay('editor');
  const { data: groups } = useSuspenseQuery(groupsQuery);
  return (
    <>
      <PageHeader
        title="Groups"
        description="Each is an environment with its own configuration, history and data planes."
        actions={
          <>
            {mayPromote && groups.length > 1 && (
              <ButtonLink
                variant="default"
                to={paths.promote(group)}
                leftSection={<IconTransferIn size={16} aria-hidden />}
              >
                Promote to {group}
              </ButtonLink>
            )}
            {mayCreate && (
              <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={openNewGroup}>
                Create group
              </Button>
            )}
          </>
        }
      />
      <Panel flush>
        <Table.ScrollContainer minWidth={680} scrollAreaProps={scrollableBy('Groups')}>
          <Table className="tabular" aria-label="Groups">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Description</Table.Th>
                <Table.Th ta="right">Revision</Table.Th>
                <Table.Th ta="right">Resources</Table.Th>
                <Table.Th>etcd prefix</Table.Th>
                <ActionsHead />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {groups.map((one) => (
                <GroupRow key={one.name} group={one} isCurrent={one.name === group} mayDelete={mayCreate} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Panel>
    </>
  );
}

interface GroupRowProps {
  readonly group: GatewayGroup;
  readonly isCurrent: boolean;
  readonly mayDelete: boolean;
}

function GroupRow({ group, isCurrent, mayDelete }: GroupRowProps): JSX.Element {
  const role = roleIn(useGrants(), group.name);
  const deleting = useDeleteGroup(group);
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink size="sm" fw={550} to={paths.overview(group.name)}>
          {group.name}
        </TextLink>
        <Text size="xs" c="dimmed">
          {isCurrent ? `you are here, as ${role}` : `as ${role}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{group.description}</Text>
      </Table.Td>
      <Table.Td ta="right">
        {group.revision > 0 ? (
          <TextLink size="sm" to={paths.revision(group.name, group.revision)}>
            {group.revision}
          </TextLink>
        ) : (
          0
        )}
      </Table.Td>
      <Table.Td ta="right">{group.resource_count}</Table.Td>
      <Table.Td>
        <Text size="sm" ff="monospace">
          {group.etcd_prefix}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <ButtonLink
            size="compact-sm"
            variant="default"
            to={paths.groupSettings(group.name)}
            aria-label={`Settings of ${group.name}`}
          >
            {includesRole(role, 'admin') ? 'Settings' : 'Rules'}
          </ButtonLink>
          {mayDelete && group.name !== 'default' && (
            <Button
              size="compact-sm"
              variant="default"
              c="red"
              aria-label={`Delete group ${group.name}`}
              loading={deleting.isPending}
              onClick={() => void deleting.ask()}
            >
              Delete
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

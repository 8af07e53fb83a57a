import { ActionIcon, Button, Fieldset, Group, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { User } from '../../api/access-types.ts';
import { groupsQuery } from '../../api/queries.ts';
import type { Role } from '../../api/types.ts';
import { rolesToGive } from './roles.ts';

interface GroupRolesProps {
  readonly roles: User['groups'];
  readonly giverRole: Role | undefined;
  readonly onChange: (next: User['groups']) => void;
}

/** Roles that hold in single groups, beside the one that holds everywhere. */
export function GroupRoles({ roles, giverRole, onChange }: GroupRolesProps): JSX.Element {
  const { data: groups = [] } = useQuery(groupsQuery);
  const isTaken = (name: string) => roles.some(({ group }) => group === name);
  const free = groups.find(({ name }) => !isTaken(name));
  const set = (index: number, fields: Partial<User['groups'][number]>) =>
    onChange(roles.map((one, at) => (at === index ? { ...one, ...fields } : one)));
  return (
    <Fieldset legend="Roles in single groups">
      <Stack gap="xs">
        {roles.map(({ group, role }, index) => (
          <Group key={group} gap="xs" wrap="nowrap">
            <Select
              aria-label={`Group of role ${index + 1}`}
              flex={1}
              allowDeselect={false}
              data={[group, ...groups.map(({ name }) => name).filter((name) => name !== group && !isTaken(name))]}
              value={group}
              onChange={(next) => next && set(index, { group: next })}
            />
            <Select
              aria-label={`Role in ${group}`}
              flex={1.4}
              allowDeselect={false}
              data={rolesToGive(giverRole)}
              value={role}
              onChange={(next) => next && set(index, { role: next as Role })}
            />
            <ActionIcon
              variant="default"
              size={36}
              aria-label={`Remove the role in ${group}`}
              onClick={() => onChange(roles.filter((_, at) => at !== index))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {free && (
          <Button
            size="compact-sm"
            variant="default"
            w="fit-content"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange([...roles, { group: free.name, role: 'viewer' }])}
          >
            Add a role in a group
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}

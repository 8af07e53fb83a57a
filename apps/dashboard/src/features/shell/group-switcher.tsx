import { Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconCheck, IconSelector, IconSettings } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupsQuery } from '../../api/queries.ts';
import { paths } from '../../paths.ts';

/** Which gateway group the page is about, and the way to the others. */
export function GroupSwitcher({ group }: { readonly group: string }): JSX.Element {
  const navigate = useNavigate();
  const { data: groups = [] } = useQuery(groupsQuery);
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton className="group-switcher" aria-label={`Gateway group ${group}, switch`}>
          <Text size="sm" fw={550} truncate maw={{ base: 110, xs: 220 }}>
            {group}
          </Text>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
        <Menu.Label>Gateway groups</Menu.Label>
        {groups.map(({ name, revision }) => (
          <Menu.Item
            key={name}
            aria-current={name === group || undefined}
            leftSection={<CurrentMark isCurrent={name === group} />}
            onClick={() => void navigate({ to: paths.overview(name) })}
          >
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" truncate>
                {name}
              </Text>
              <Text size="xs" c="dimmed" className="tabular" style={{ whiteSpace: 'nowrap' }}>
                #{revision}
              </Text>
            </Group>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconSettings size={16} aria-hidden />}
          onClick={() => void navigate({ to: paths.groups(group) })}
        >
          All groups
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Keeps its place where there is no mark, so that names stand under each other. */
function CurrentMark({ isCurrent }: { readonly isCurrent: boolean }): JSX.Element {
  return isCurrent ? <IconCheck size={16} aria-hidden /> : <span style={{ inlineSize: 16 }} />;
}

import { Avatar, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { IconDeviceDesktop, IconKey, IconLogout, IconMoon, IconSun, IconUser, IconUserCog } from '@tabler/icons-react';
import type { JSX } from 'react';
import { ChangePassword } from '../../account/change-password.tsx';
import { signOut } from '../../api/commands.ts';
import { messageOf } from '../../api/errors.ts';
import { sessionQuery } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { useGroup, useRole } from '../../scope.ts';

const schemes = [
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
] as const;

/** Who is signed in, and what belongs to them: colours, password, the way out. */
export function UserMenu(): JSX.Element {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const name = session?.user.username ?? '';
  const role = useRole();
  const group = useGroup();
  const navigate = useNavigate();
  const leaving = useSignOut();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${name}`}>
          <Avatar size={30} color="sluice" radius="xl">
            <IconUser size={18} aria-hidden />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Group px="sm" py={6} gap={6}>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="sm" c="dimmed">
            {role}
          </Text>
        </Group>
        <Menu.Divider />
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconUserCog size={16} />} onClick={() => void navigate({ to: paths.account(group) })}>
          Tokens and sessions
        </Menu.Item>
        {session?.method !== 'oidc' && (
          <Menu.Item leftSection={<IconKey size={16} />} onClick={openChangePassword}>
            Change password
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leaving.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function SchemeItems(): JSX.Element {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>Colours</Menu.Label>
      <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
        {schemes.map(({ value, label, icon: SchemeIcon }) => (
          <Menu.RadioItem key={value} value={value} rightSection={<SchemeIcon size={16} aria-hidden />}>
            {label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

function openChangePassword(): void {
  const id = modals.open({
    title: 'Change password',
    children: (
      <ChangePassword
        onDone={() => {
          modals.close(id);
          notifications.show({ message: 'Your password is changed. Your other sessions have ended.' });
        }}
      />
    ),
  });
}

function useSignOut() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      queryClient.setQueryData(sessionQuery.queryKey, null);
      await router.navigate({ to: paths.signIn(), ignoreBlocker: true });
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Still signed in', message: messageOf(error) }),
  });
}

import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { ChangePassword } from '../../account/change-password.tsx';
import { sessionQuery } from '../../api/queries.ts';
import { BrandMark } from '../../ui/brand-mark.tsx';

/** Whoever signed in with a password that somebody else made chooses their own before anything else. */
export function NewPasswordPage(): JSX.Element {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { redirect } = useSearch({ strict: false }) as { redirect?: string };
  const goOn = async () => {
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    router.history.replace(redirect ?? '/');
  };
  return (
    <Center mih="100dvh" p="md">
      <Stack w="100%" maw={420} gap="lg">
        <Group justify="center" gap="sm">
          <BrandMark size={36} />
          <Title order={1}>Choose a password</Title>
        </Group>
        <Paper withBorder p="xl" radius="lg" component="main">
          <Stack>
            <Text size="sm">The password that you signed in with is temporary. Choose one that only you know.</Text>
            <ChangePassword currentLabel="Temporary password" onDone={() => void goOn()} />
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}

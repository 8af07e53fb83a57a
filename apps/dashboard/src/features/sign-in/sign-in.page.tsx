import { Alert, Button, Center, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, type JSX, useState } from 'react';
import { signIn } from '../../api/commands.ts';
import { sessionQuery } from '../../api/queries.ts';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { signInProblem } from './sign-in-problem.ts';

/** The door. Leads back to where somebody was when their session ended. */
export function SignInPage(): JSX.Element {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const signingIn = useSignIn(() => setPassword(''));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signingIn.mutate({ username, password });
  };
  return (
    <Center mih="100dvh" p="md">
      <Stack w="100%" maw={380} gap="lg">
        <Group justify="center" gap="sm">
          <BrandMark size={36} />
          <Title order={1}>Sluice</Title>
        </Group>
        <Paper withBorder p="xl" radius="lg" component="main">
          <form onSubmit={submit} aria-label="Sign in">
            <Stack>
              {signingIn.isError && (
                <Alert color="red" variant="light" role="alert">
                  {signInProblem(signingIn.error)}
                </Alert>
              )}
              <TextInput
                label="Username"
                autoComplete="username"
                autoFocus
                required
                withAsterisk={false}
                value={username}
                onChange={(event) => setUsername(event.currentTarget.value)}
              />
              <PasswordInput
                label="Password"
                autoComplete="current-password"
                required
                withAsterisk={false}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" fullWidth loading={signingIn.isPending}>
                Sign in
              </Button>
            </Stack>
          </form>
        </Paper>
        <Text size="xs" c="dimmed" ta="center">
          The first start prints the name and password of the first user.
        </Text>
      </Stack>
    </Center>
  );
}

function useSignIn(onRefused: () => void) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { redirect } = useSearch({ strict: false }) as { redirect?: string };
  return useMutation({
    mutationFn: (credentials: { username: string; password: string }) =>
      signIn(credentials.username, credentials.password),
    onSuccess: (session) => {
      // Nothing of whoever was signed in before may be shown to the next.
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      router.history.replace(redirect ?? '/');
    },
    onError: onRefused,
  });
}

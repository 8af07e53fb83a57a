import {
  Alert,
  Button,
  Center,
  Divider,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { IconLogin2 } from '@tabler/icons-react';
import { type FormEvent, type JSX, useState } from 'react';
import { signIn } from '../../api/commands.ts';
import { sessionQuery, signInWaysQuery } from '../../api/queries.ts';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { oidcProblem } from './oidc-problems.ts';
import { signInProblem } from './sign-in-problem.ts';

/** What the address of the door may say. */
export interface SignInSearch {
  readonly redirect?: string;
  /** How a sign-in at the identity provider failed. */
  readonly error?: string;
}

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
          {!signingIn.isError && <ProviderNotice />}
          <ProviderWay />
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

/** How a sign-in at the identity provider failed that just came back. */
function ProviderNotice(): JSX.Element | null {
  const problem = oidcProblem((useSearch({ strict: false }) as SignInSearch).error);
  if (problem === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert" mb="md">
      {problem}
    </Alert>
  );
}

/** The way by the identity provider, where there is one: a page of the control plane that leads there. */
function ProviderWay(): JSX.Element | null {
  const { data: ways } = useQuery(signInWaysQuery);
  const { redirect } = useSearch({ strict: false }) as SignInSearch;
  if (!ways?.oidc) return null;
  const query = redirect === undefined ? '' : `?redirect=${encodeURIComponent(redirect)}`;
  return (
    <>
      <Button
        component="a"
        href={`${ways.oidc.url}${query}`}
        fullWidth
        leftSection={<IconLogin2 size={16} aria-hidden />}
      >
        Sign in with {ways.oidc.name}
      </Button>
      <Divider my="md" label={ways.password === 'owners' ? 'or, for owners,' : 'or'} />
    </>
  );
}

function useSignIn(onRefused: () => void) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { redirect } = useSearch({ strict: false }) as SignInSearch;
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

import { AppShell, Group, Text } from '@mantine/core';
import { type ErrorComponentProps, useParams } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import { ApiError } from '../../api/errors.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { RouteFailure } from '../../route-states.tsx';
import { BrandMark } from '../../ui/brand-mark.tsx';
import { Empty, LoadingPage } from '../../ui/states.tsx';
import { UserMenu } from './user-menu.tsx';

/** What stands in for the shell while nobody knows yet who is signed in and what there is. */
export function ShellPending(): JSX.Element {
  return (
    <BareShell>
      <Text size="sm" c="dimmed" role="status" mb="md">
        Waiting for the control plane…
      </Text>
      <LoadingPage />
    </BareShell>
  );
}

/** Not even the session could be read. */
export function ShellFailure(props: ErrorComponentProps): JSX.Element {
  return (
    <BareShell>
      <RouteFailure {...props} />
    </BareShell>
  );
}

/** A group that does not exist, or could not be read. */
export function GroupFailure(props: ErrorComponentProps): JSX.Element {
  const { group = '' } = useParams({ strict: false }) as { group?: string };
  const isMissing = props.error instanceof ApiError && props.error.status === 404;
  return (
    <BareShell account={<UserMenu />}>
      {isMissing ? (
        <Empty
          title={`There is no gateway group “${group}”`}
          hint="Check the address for a mistyped name."
          action={<TextLink to={paths.overview('default')}>Go to the default group</TextLink>}
        />
      ) : (
        <RouteFailure {...props} />
      )}
    </BareShell>
  );
}

interface BareShellProps {
  readonly account?: ReactNode;
  readonly children: ReactNode;
}

/** The shell without anything that takes a group. */
function BareShell({ account, children }: BareShellProps): JSX.Element {
  return (
    <AppShell header={{ height: 54 }} padding={{ base: 'md', sm: 'xl' }}>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap={8} wrap="nowrap">
            <BrandMark />
            <Text fw={680} size="lg">
              Sluice
            </Text>
          </Group>
          {account}
        </Group>
      </AppShell.Header>
      <AppShell.Main id="content">
        <div style={{ maxWidth: 1280, marginInline: 'auto' }}>{children}</div>
      </AppShell.Main>
    </AppShell>
  );
}

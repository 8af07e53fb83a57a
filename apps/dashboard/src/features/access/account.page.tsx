import { Button, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import { accessQueries } from '../../api/access-queries.ts';
import { messageOf } from '../../api/errors.ts';
import { useCatalogue } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { useRevokeToken } from './service-tokens-panel.tsx';
import { SessionsTable } from './sessions-table.tsx';
import { openTokenDialog } from './token-dialog.tsx';
import { TokensTable } from './tokens-table.tsx';
import { useEndSession } from './use-end-session.ts';
import { useTokenLimits } from './use-token-limits.ts';

/** What belongs to whoever is signed in: tokens for their own programs, and where else they are signed in. */
export function AccountPage(): JSX.Element {
  return (
    <>
      <PageHeader title="Tokens and sessions" description="Yours, and nobody else’s." />
      <Stack gap="lg">
        <OwnTokens />
        <OwnSessions />
      </Stack>
    </>
  );
}

function OwnTokens(): JSX.Element {
  const query = useQuery(accessQueries.ownTokens());
  const { kinds } = useCatalogue();
  const limits = useTokenLimits('viewer');
  const revoking = useRevokeToken(accessCommands.revokeOwnToken);
  const open = () =>
    openTokenDialog({
      title: 'Create token',
      ...limits,
      // Without groups it is for wherever its maker may, whatever that becomes.
      isForAll: true,
      kinds,
      create: accessCommands.createOwnToken,
    });
  return (
    <Panel
      title="Tokens"
      flush
      aside={
        <Button size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
          Create token
        </Button>
      }
    >
      {query.isPending && <LoadingRows rows={2} />}
      {query.isError && (
        <Failure title="Your tokens could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data?.list.length === 0 && (
        <Empty
          title="No tokens"
          hint="With one, your scripts and the command line act for you, and never beyond you."
        />
      )}
      {query.data && query.data.list.length > 0 && (
        <TokensTable tokens={query.data.list} onRevoke={(id) => revoking.mutate(id)} />
      )}
    </Panel>
  );
}

function OwnSessions(): JSX.Element {
  const query = useQuery(accessQueries.ownSessions());
  const ending = useEndSession(({ id }) => accessCommands.endOwnSession(id));
  const others = query.data?.list.filter(({ current }) => !current) ?? [];
  return (
    <Panel title="Sessions" flush aside={others.length > 0 && <EndOthers />}>
      {query.isPending && <LoadingRows rows={2} />}
      {query.isError && (
        <Failure title="Your sessions could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data && <SessionsTable sessions={query.data.list} showsUsers={false} onEnd={ending.mutate} />}
    </Panel>
  );
}

function EndOthers(): JSX.Element {
  const queryClient = useQueryClient();
  const ending = useMutation({
    mutationFn: accessCommands.endOtherSessions,
    onSettled: () => queryClient.invalidateQueries({ queryKey: accessQueries.key }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not ended', message: messageOf(error) }),
  });
  return (
    <Button size="compact-sm" variant="default" loading={ending.isPending} onClick={() => ending.mutate()}>
      End all others
    </Button>
  );
}

import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import { accessCommands } from '../../api/access-commands.ts';
import { accessQueries } from '../../api/access-queries.ts';
import { messageOf } from '../../api/errors.ts';
import { useCatalogue } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { PageBar, usePage } from './page-bar.tsx';
import { openTokenDialog } from './token-dialog.tsx';
import { TokensTable } from './tokens-table.tsx';
import { useTokenLimits } from './use-token-limits.ts';

/** Tokens of programs. They belong to nobody, and outlive whoever made them. */
export function ServiceTokensPanel(): JSX.Element {
  const query = useQuery(accessQueries.tokens(usePage()));
  const { kinds } = useCatalogue();
  const limits = useTokenLimits('admin');
  const revoking = useRevokeToken(accessCommands.revokeServiceToken);
  return (
    <Panel flush>
      <Group p="md" justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          Service tokens are for programs: they belong to nobody, and stay when people leave.
        </Text>
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() =>
            openTokenDialog({
              title: 'Create service token',
              ...limits,
              kinds,
              create: accessCommands.createServiceToken,
            })
          }
        >
          Create service token
        </Button>
      </Group>
      {query.isPending && <LoadingRows rows={3} />}
      {query.isError && (
        <Failure title="The tokens could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data?.list.length === 0 && <Empty title="No tokens" hint="A program signs in with a token." />}
      {query.data && query.data.list.length > 0 && (
        <>
          <TokensTable tokens={query.data.list} onRevoke={(id) => revoking.mutate(id)} />
          <PageBar total={query.data.total} />
        </>
      )}
    </Panel>
  );
}

/** Makes a token useless. */
export function useRevokeToken(run: (id: string) => Promise<void>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => queryClient.invalidateQueries({ queryKey: accessQueries.key }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not revoked', message: messageOf(error) }),
  });
}

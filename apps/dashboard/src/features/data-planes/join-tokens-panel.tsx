import { Badge, Button, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { groupCommands } from '../../api/commands.ts';
import { messageOf } from '../../api/errors.ts';
import { fleetQueries } from '../../api/fleet-queries.ts';
import type { JoinToken } from '../../api/types.ts';
import { useGroup } from '../../scope.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { tokenState } from './token-state.ts';

const colors = { open: 'teal', expired: 'gray', revoked: 'red' } as const;

/** The tokens with which data planes join, without what is secret in them. */
export function JoinTokensPanel(): JSX.Element {
  const query = useQuery(fleetQueries(useGroup()).joinTokens());
  return (
    <Panel title="Join tokens" flush>
      {query.isPending && <LoadingRows rows={2} />}
      {query.isError && (
        <Failure title="The join tokens could not be read" message={messageOf(query.error)} onRetry={query.refetch} />
      )}
      {query.data?.list.length === 0 && (
        <Empty
          title="No join tokens"
          hint="Data planes on other machines join with one. Those on this machine need none."
        />
      )}
      {query.data && query.data.list.length > 0 && <TokensTable tokens={query.data.list} />}
    </Panel>
  );
}

function TokensTable({ tokens }: { readonly tokens: readonly JoinToken[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={scrollableBy('Join tokens')}>
      <Table className="tabular" aria-label="Join tokens">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th ta="right">Joined with it</Table.Th>
            <Table.Th>Made</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function TokenRow({ token }: { readonly token: JoinToken }): JSX.Element {
  const revoking = useRevoke();
  const state = tokenState(token, new Date());
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {token.name}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={colors[state]}>{state}</Badge>
      </Table.Td>
      <Table.Td ta="right">{token.instances}</Table.Td>
      <Table.Td>
        <Text size="sm" component="span">
          <TimeAgo at={token.created_at} /> by {token.created_by}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {state !== 'revoked' && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Revoke ${token.name}`}
            loading={revoking.isPending}
            onClick={() => void askRevoke(token).then((agreed) => agreed && revoking.mutate(token.id))}
          >
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function useRevoke() {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: groupCommands(group).revokeJoinToken,
    onSettled: () => queryClient.invalidateQueries({ queryKey: fleetQueries(group).joinTokens().queryKey }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not revoked', message: messageOf(error) }),
  });
}

function askRevoke({ name, instances }: JoinToken) {
  return confirm({
    title: `Revoke join token ${name}?`,
    body: (
      <Text size="sm">
        {instances === 0
          ? 'No data plane has joined with it, and none can any more.'
          : `The ${instances === 1 ? 'data plane that' : `${instances} data planes that`} joined with it lose their connection at once. ` +
            'They keep serving what they have, and need another token for what comes.'}
      </Text>
    ),
    action: 'Revoke',
  });
}

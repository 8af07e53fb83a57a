import { Badge, Button, Table, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { ApiToken } from '../../api/access-types.ts';
import { ActionsHead } from '../../ui/actions-head.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { scopeOf, stateOf } from './token-words.ts';

interface TokensTableProps {
  readonly tokens: readonly ApiToken[];
  readonly onRevoke: (id: string) => void;
}

const colors = { valid: 'teal', expired: 'gray', revoked: 'gray' } as const;

/** Tokens, with what each may do; never the tokens themselves. */
export function TokensTable({ tokens, onRevoke }: TokensTableProps): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={820} scrollAreaProps={scrollableBy('Tokens')}>
      <Table className="tabular" aria-label="Tokens">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>May</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>Ends</Table.Th>
            <Table.Th>Made</Table.Th>
            <ActionsHead />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={onRevoke} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const dayOf = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

interface TokenRowProps {
  readonly token: ApiToken;
  readonly onRevoke: (id: string) => void;
}

function TokenRow({ token, onRevoke }: TokenRowProps): JSX.Element {
  const state = stateOf(token, new Date());
  const ask = async () => {
    const agreed = await confirm({
      title: `Revoke the token ${token.name}?`,
      body: 'Whoever uses it is refused from the next request on.',
      action: 'Revoke',
    });
    if (agreed) onRevoke(token.id);
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {token.name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {token.prefix}…
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={colors[state]}>{state}</Badge>
      </Table.Td>
      <Table.Td maw={300}>
        {scopeOf(token).map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
      </Table.Td>
      <Table.Td>{token.last_used_at ? <TimeAgo at={token.last_used_at} /> : 'never'}</Table.Td>
      <Table.Td>{token.expires_at ? dayOf.format(new Date(token.expires_at)) : 'never'}</Table.Td>
      <Table.Td>
        <TimeAgo at={token.created_at} />
        <Text size="xs" c="dimmed">
          by {token.created_by}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        {state === 'valid' && (
          <Button size="compact-sm" variant="default" aria-label={`Revoke ${token.name}`} onClick={() => void ask()}>
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

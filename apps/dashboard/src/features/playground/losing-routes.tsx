import { Badge, Table, Text } from '@mantine/core';
import type { LosingRoute, LostBy } from '@sluice/schema';
import type { JSX } from 'react';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';

const reasons: Readonly<Record<LostBy, string>> = {
  'switched-off': 'switched off',
  host: 'host',
  path: 'path',
  method: 'method',
  'remote-address': 'client address',
  vars: 'condition',
  function: 'function',
  precedence: 'order',
};

interface LosingRoutesProps {
  readonly losers: readonly LosingRoute[];
  /** How many there are, those that are not listed included. */
  readonly count: number;
  readonly hasWinner: boolean;
}

/** Why the other routes did not take the request, the nearest first. */
export function LosingRoutes({ losers, count, hasWinner }: LosingRoutesProps): JSX.Element | null {
  const title = hasWinner ? 'Why not another route' : 'Why no route';
  if (count === 0) {
    if (hasWinner) return null;
    return (
      <Panel title={title} flush>
        <Empty title="There are no routes" hint="A request needs a route that says where it goes." />
      </Panel>
    );
  }
  const others = count - losers.length;
  return (
    <Panel title={title} flush>
      <Table.ScrollContainer minWidth={520} scrollAreaProps={scrollableBy(title)}>
        <Table aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Route</Table.Th>
              <Table.Th>Lost by</Table.Th>
              <Table.Th>Because</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {losers.map((loser) => (
              <Loser key={loser.id} loser={loser} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {others > 0 && (
        <Text size="sm" c="dimmed" p="md">
          And {others.toLocaleString('en')} more.
        </Text>
      )}
    </Panel>
  );
}

function Loser({ loser }: { readonly loser: LosingRoute }): JSX.Element {
  const group = useGroup();
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink size="sm" fw={550} to={paths.resource(group, 'routes', loser.id)}>
          {loser.name ?? loser.id}
        </TextLink>
      </Table.Td>
      <Table.Td>
        <Badge color={loser.lost_by === 'precedence' ? 'sluice' : 'gray'}>{reasons[loser.lost_by]}</Badge>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{loser.detail}</Table.Td>
    </Table.Tr>
  );
}

import { Code, Table, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { UnhealthyTarget } from '../../api/types.ts';
import { OwnerLink } from '../../fleet/owner-link.tsx';
import { ownerOf } from '../../fleet/unhealthy-nodes.ts';
import { scrollableBy } from '../../ui/scrollable-by.ts';

/** Nodes that a data plane sends nothing to, because health checks found them down. */
export function UnhealthyTargets({ targets }: { readonly targets: readonly UnhealthyTarget[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={scrollableBy('Unhealthy upstream nodes')}>
      <Table className="tabular" aria-label="Unhealthy upstream nodes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Node</Table.Th>
            <Table.Th>Of</Table.Th>
            <Table.Th>Reason</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {targets.map(({ upstream, address, reason }) => (
            <Table.Tr key={`${upstream} ${address}`}>
              <Table.Td>
                <Code>{address}</Code>
              </Table.Td>
              <Table.Td>
                <Owner name={upstream} />
              </Table.Td>
              <Table.Td>{reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Owner({ name }: { readonly name: string }): JSX.Element {
  const [kind, id] = ownerOf(name);
  return (
    <Text size="sm">
      <OwnerLink kind={kind} id={id} />
    </Text>
  );
}

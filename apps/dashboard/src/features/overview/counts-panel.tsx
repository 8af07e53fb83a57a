import { Table } from '@mantine/core';
import type { JSX } from 'react';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useCatalogue, useGroup } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';

/** How many there are of each kind. */
export function CountsPanel({ counts }: { readonly counts: Readonly<Record<string, number>> }): JSX.Element {
  const group = useGroup();
  const { kinds } = useCatalogue();
  return (
    <Panel title="Resources" flush>
      <Table className="tabular" aria-label="Resources by kind">
        <Table.Tbody>
          {kinds.map((kind) => (
            <Table.Tr key={kind.name}>
              <Table.Td>
                <TextLink size="sm" to={paths.resources(group, kind.plural)}>
                  {pluralTitle(kind)}
                </TextLink>
              </Table.Td>
              <Table.Td ta="right">{counts[kind.name] ?? 0}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

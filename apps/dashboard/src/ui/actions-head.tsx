import { Table } from '@mantine/core';
import type { JSX } from 'react';

/** The head of a column of buttons: nothing to see, and a name for readers. */
export function ActionsHead(): JSX.Element {
  return (
    <Table.Th>
      <span className="visually-hidden">Actions</span>
    </Table.Th>
  );
}

import { Group, Table, Text, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { JSX, MouseEvent } from 'react';
import type { Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useGroup } from '../../scope.ts';
import { listParams, type ListSearch, nextOrder } from './list-search.ts';
import { type Column, useScreen } from './screen.ts';

interface ResourceTableProps {
  readonly kind: Kind;
  readonly resources: readonly Resource[];
  readonly search: ListSearch;
  readonly onSort: (next: ListSearch) => void;
}

/** The rows of a list. Narrow screens keep the columns that matter. */
export function ResourceTable({ kind, resources, search, onSort }: ResourceTableProps): JSX.Element {
  const { columns } = useScreen(kind);
  const shown: readonly Column[] = [
    { title: 'Name', sort: 'name', isEssential: true, cell: nameCell(kind) },
    ...columns,
  ];
  return (
    <Table highlightOnHover aria-label={pluralTitle(kind)} className="tabular">
      <Table.Thead>
        <Table.Tr>
          {shown.map((column) => (
            <ColumnHead key={column.title} column={column} search={search} onSort={onSort} />
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {resources.map((resource) => (
          <ResourceRow key={resource.id} kind={kind} resource={resource} columns={shown} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const visibility = ({ isEssential }: Column) => (isEssential ? {} : { visibleFrom: 'sm' as const });

function nameCell(kind: Kind) {
  return function NameCell(resource: Resource): JSX.Element {
    const name = resource.value['name'];
    return <NameLink kind={kind} id={resource.id} name={typeof name === 'string' ? name : undefined} />;
  };
}

function NameLink({
  kind,
  id,
  name,
}: {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string | undefined;
}): JSX.Element {
  const group = useGroup();
  return (
    <>
      <TextLink size="sm" fw={550} to={paths.resource(group, kind.plural, id)} style={{ overflowWrap: 'break-word' }}>
        {name ?? id}
      </TextLink>
      {name !== undefined && (
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {id}
        </Text>
      )}
    </>
  );
}

function ColumnHead({
  column,
  search,
  onSort,
}: Pick<ResourceTableProps, 'search' | 'onSort'> & { column: Column }): JSX.Element {
  const { title, sort } = column;
  const current = listParams(search);
  if (sort === undefined) return <Table.Th {...visibility(column)}>{title}</Table.Th>;
  const isSorted = current.sort === sort;
  const Arrow = current.order === 'asc' ? IconArrowUp : IconArrowDown;
  return (
    <Table.Th
      {...visibility(column)}
      aria-sort={isSorted ? (current.order === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      <UnstyledButton fz="inherit" fw="inherit" onClick={() => onSort(nextOrder(search, sort))}>
        <Group gap={4} wrap="nowrap">
          {title}
          {isSorted && <Arrow size={14} aria-hidden />}
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}

interface ResourceRowProps {
  readonly kind: Kind;
  readonly resource: Resource;
  readonly columns: readonly Column[];
}

/** The whole row leads to the resource; for the keyboard and for readers its name does. */
function ResourceRow({ kind, resource, columns }: ResourceRowProps): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const open = (event: MouseEvent) => {
    const isOwnTarget = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!isOwnTarget && !getSelection()?.toString()) {
      void navigate({ to: paths.resource(group, kind.plural, resource.id) });
    }
  };
  return (
    <Table.Tr className="row-link" onClick={open}>
      {columns.map((column) => (
        <Table.Td key={column.title} {...visibility(column)}>
          {column.cell(resource)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

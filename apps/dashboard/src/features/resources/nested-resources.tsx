import { Box, Button, Group, Pagination, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useCatalogue, useGroup, useMay } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { nestedId } from './draft.ts';
import { NotServedNotice } from './not-served-notice.tsx';
import { useScreen } from './screen.ts';

interface NestedResourcesProps {
  readonly kind: Kind;
  readonly resource: Resource;
}

/** What lives in a resource, kind by kind, with the way to add more. */
export function NestedResources({ kind, resource }: NestedResourcesProps): JSX.Element {
  const { kinds } = useCatalogue();
  const children = kinds.filter(({ parent }) => parent?.kind === kind.name);
  return (
    <>
      {children.map((child) => (
        <NestedPanel key={child.name} kind={child} parent={resource.id} />
      ))}
    </>
  );
}

interface NestedPanelProps {
  readonly kind: Kind;
  readonly parent: string;
}

const pageSize = 10;

function NestedPanel({ kind, parent }: NestedPanelProps): JSX.Element | null {
  const [page, setPage] = useState(1);
  const params = { parent, page, page_size: pageSize, sort: 'id', order: 'asc' } as const;
  const { data, error, refetch } = useQuery(groupQueries(useGroup()).resources(kind.plural, params));
  const pages = Math.ceil((data?.total ?? 0) / pageSize);
  // What does nothing is shown where somebody has some of it, and offered to nobody.
  if (kind.not_served && !data?.total) return null;
  return (
    <Panel title={pluralTitle(kind)} aside={<AddButton kind={kind} parent={parent} />} flush>
      {kind.not_served && (
        <Box px="md">
          <NotServedNotice warnings={[kind.not_served]} />
        </Box>
      )}
      {data ? (
        <NestedTable kind={kind} resources={data.list} />
      ) : (
        <NoTableYet problem={error ? messageOf(error) : undefined} onRetry={refetch} />
      )}
      {pages > 1 && (
        <Group justify="flex-end" px="md" py="sm">
          <Pagination size="sm" total={pages} value={page} onChange={setPage} />
        </Group>
      )}
    </Panel>
  );
}

/** What stands in place of a table that is being read, or could not be. */
function NoTableYet({ problem, onRetry }: { readonly problem: string | undefined; readonly onRetry: () => unknown }) {
  if (problem === undefined) return <LoadingRows rows={2} />;
  return <Failure title="The list could not be read" message={problem} onRetry={() => void onRetry()} />;
}

function AddButton({ kind, parent }: NestedPanelProps): JSX.Element | null {
  const group = useGroup();
  const navigate = useNavigate();
  if (!useMay('editor')) return null;
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlus size={14} aria-hidden />}
      onClick={() => void navigate({ to: paths.createResource(group, kind.plural), search: { parent } })}
    >
      Add {kind.label}
    </Button>
  );
}

interface NestedTableProps {
  readonly kind: Kind;
  readonly resources: readonly Resource[];
}

function NestedTable({ kind, resources }: NestedTableProps): JSX.Element {
  const group = useGroup();
  const { columns, emptyHint } = useScreen(kind);
  if (resources.length === 0) {
    return (
      <Text size="sm" c="dimmed" px="md" pb="md">
        {emptyHint}
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={scrollableBy(pluralTitle(kind))}>
      <Table aria-label={pluralTitle(kind)} className="tabular">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            {columns.map(({ title }) => (
              <Table.Th key={title}>{title}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {resources.map((resource) => (
            <Table.Tr key={resource.id}>
              <Table.Td>
                <TextLink size="sm" fw={550} to={paths.resource(group, kind.plural, resource.id)}>
                  {nestedId(kind, resource.id)?.own ?? resource.id}
                </TextLink>
              </Table.Td>
              {columns.map(({ title, cell }) => (
                <Table.Td key={title}>{cell(resource)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

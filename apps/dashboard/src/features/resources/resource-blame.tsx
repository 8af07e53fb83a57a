import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { historyQueries } from '../../api/history-queries.ts';
import type { BlamedField } from '../../api/history-types.ts';
import type { Kind } from '../../api/types.ts';
import { FieldPath, FieldValue } from '../../changes/field-list.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/time.tsx';

/** Every field of a resource, and who set it last. */
export function ResourceBlame({ kind, id }: { readonly kind: Kind; readonly id: string }): JSX.Element {
  const query = useQuery(historyQueries(useGroup()).blame(kind.plural, id));
  if (query.isPending) return <LoadingRows rows={6} />;
  if (query.isError) {
    return <Failure title="The fields could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  return (
    <Panel flush>
      <Table.ScrollContainer minWidth={640} scrollAreaProps={scrollableBy('Who set what')}>
        <Table className="tabular" aria-label="Who set what">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Field</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Set by</Table.Th>
              <Table.Th>In</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.fields.map((field) => (
              <FieldRow key={field.path} field={field} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function FieldRow({ field }: { readonly field: BlamedField }): JSX.Element {
  const group = useGroup();
  return (
    <Table.Tr>
      <Table.Td>
        <FieldPath pointer={field.path} />
      </Table.Td>
      <Table.Td maw={420}>
        {field.secret ? (
          <Text size="sm" c="dimmed">
            a secret
          </Text>
        ) : (
          <FieldValue value={field.value} />
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{field.author ?? 'in the archive'}</Text>
        {field.created_at && (
          <Text size="xs" c="dimmed">
            <TimeAgo at={field.created_at} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <TextLink size="sm" to={paths.revision(group, field.revision)}>
          {field.older ? `${field.revision} or before` : `Revision ${field.revision}`}
        </TextLink>
        {field.message && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {field.message}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

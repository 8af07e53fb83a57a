import { Badge, Table, Text, UnstyledButton } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { JSX } from 'react';
import type { AuditEntry } from '../../api/access-types.ts';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { TimeAgo } from '../../ui/time.tsx';
import { EntryDetail } from './entry-detail.tsx';

/** Entries of the audit trail, newest first. */
export function AuditEntries({ entries }: { readonly entries: readonly AuditEntry[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={820} scrollAreaProps={scrollableBy('Audit entries')}>
      <Table className="tabular" aria-label="Audit entries" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Did</Table.Th>
            <Table.Th>To</Table.Th>
            <Table.Th>Group</Table.Th>
            <Table.Th>From</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function EntryRow({ entry }: { readonly entry: AuditEntry }): JSX.Element {
  const what = targetOf(entry);
  return (
    <Table.Tr>
      <Table.Td>
        <TimeAgo at={entry.at} />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{entry.actor}</Text>
        {entry.actor_type !== 'user' && (
          <Text size="xs" c="dimmed">
            {entry.actor_type.replaceAll('_', ' ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <UnstyledButton
          className="entry-button"
          aria-label={`Details of ${entry.action} by ${entry.actor}, entry ${entry.seq}`}
          onClick={() => openEntry(entry)}
        >
          {entry.action}
        </UnstyledButton>{' '}
        {entry.failed && <Badge color="red">failed</Badge>}
      </Table.Td>
      <Table.Td maw={260}>
        <Text size="sm" truncate title={what}>
          {what || '–'}
        </Text>
      </Table.Td>
      <Table.Td>{entry.group ?? '–'}</Table.Td>
      <Table.Td>
        <Text size="sm">{entry.source_ip ?? '–'}</Text>
      </Table.Td>
    </Table.Tr>
  );
}

function openEntry(entry: AuditEntry): void {
  modals.open({ title: `Entry ${entry.seq}`, size: 'lg', children: <EntryDetail entry={entry} /> });
}

/** What an entry is about, in short. */
export function targetOf({ kind, id, revision }: AuditEntry): string {
  const what = [kind?.replaceAll('_', ' '), id].filter(Boolean).join(' ');
  if (revision === null) return what;
  return what === '' ? `revision ${revision}` : `${what}, revision ${revision}`;
}

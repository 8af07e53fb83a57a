import { Badge, Group, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { AuditEntry } from '../../api/access-types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { printJson } from '../../ui/json-text.ts';
import { CodeEditor } from '../../ui/lazy.tsx';

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'long' });

/** All that an entry of the audit trail says. */
export function EntryDetail({ entry }: { readonly entry: AuditEntry }): JSX.Element {
  const { group, revision } = entry;
  return (
    <Stack>
      <Facts>
        <Fact label="Action">
          <Group gap="xs">
            <Text size="sm">{entry.action}</Text>
            {entry.failed && <Badge color="red">failed</Badge>}
          </Group>
        </Fact>
        <Fact label="Who">
          {entry.actor} ({entry.actor_type.replaceAll('_', ' ')})
        </Fact>
        <Fact label="When">{exact.format(new Date(entry.at))}</Fact>
        <Known label="Group" value={group} />
        <Known label="Kind" value={entry.kind} />
        <Known label="Id" value={entry.id} />
        {revision !== null && group !== null && (
          <Fact label="Revision">
            <TextLink size="sm" to={paths.revision(group, revision)} target="_blank">
              {revision}
            </TextLink>
          </Fact>
        )}
        <Known label="Address" value={entry.source_ip} />
        <Known label="Request" value={entry.request_id} />
      </Facts>
      {Object.keys(entry.detail).length > 0 && <CodeEditor label="Details" text={printJson(entry.detail)} />}
    </Stack>
  );
}

/** Nothing where the entry does not say it. */
function Known({ label, value }: { readonly label: string; readonly value: string | null }): JSX.Element | null {
  return value === null ? null : <Fact label={label}>{value}</Fact>;
}

import { Alert, Badge, Group, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Effect, ReportEntry } from '../api/history-types.ts';
import { ChangeList } from './change-list.tsx';

interface EffectViewProps {
  readonly effect: Effect;
  /** What to say where nothing would change. */
  readonly nothing?: string;
}

/** What a write would do, before it does it: how much, what is to be known about it, and every difference. */
export function EffectView({ effect, nothing }: EffectViewProps): JSX.Element {
  const { create, update, delete: removed } = effect.counts;
  const isNothing = create + update + removed === 0;
  return (
    <Stack gap="sm">
      <EffectSummary effect={effect} />
      {effect.warnings.map((warning) => (
        <Alert key={warning} color="orange" variant="light" p="xs">
          {warning}
        </Alert>
      ))}
      <MissingPlugins effect={effect} />
      {effect.report && effect.report.length > 0 && <Report entries={effect.report} />}
      {isNothing ? (
        <Text size="sm" c="dimmed">
          {nothing ?? 'Everything is already as it would become: nothing changes.'}
        </Text>
      ) : (
        <ChangeList changes={effect.changes} />
      )}
      <Referrers effect={effect} />
      {effect.truncated && (
        <Text size="sm" c="dimmed">
          Only the first {effect.changes.length} changes are listed; the counts are of all of them.
        </Text>
      )}
    </Stack>
  );
}

/** What connected data planes cannot run; publishing it takes a second word. */
function MissingPlugins({ effect }: { readonly effect: Effect }): JSX.Element | null {
  const missing = effect.missing_plugins ?? [];
  if (missing.length === 0) return null;
  return (
    <Alert color="orange" variant="light" p="xs" title="Some data planes cannot run this">
      {missing.map(({ plugin, instances }) => (
        <Text key={plugin} size="sm">
          {plugin} is missing on {instances.map(({ id, version }) => `${id} (${version})`).join(', ')}
        </Text>
      ))}
    </Alert>
  );
}

const referrersShown = 8;

/** Resources that stay as they are, and are served otherwise all the same. */
function Referrers({ effect }: { readonly effect: Effect }): JSX.Element | null {
  const { referrers = [], referrers_total: total = referrers.length } = effect;
  if (total === 0) return null;
  const named = referrers.slice(0, referrersShown).map(({ kind, id }) => `${kind.replaceAll('_', ' ')} ${id}`);
  const rest = total - named.length;
  return (
    <Text size="sm" c="dimmed">
      {total === 1 ? 'One unchanged resource refers' : `${total} unchanged resources refer`} to what changes:{' '}
      {named.join(', ')}
      {rest > 0 && ` and ${rest} more`}
    </Text>
  );
}

/** How many resources a write creates, changes and deletes. */
export function EffectSummary({ effect }: { readonly effect: Effect }): JSX.Element {
  const { counts, unchanged } = effect;
  const { create, update, delete: removed } = counts;
  return (
    <Group gap="xs" role="status" aria-label="Effect">
      <Badge color={create > 0 ? 'teal' : 'gray'}>{create} created</Badge>
      <Badge color={update > 0 ? 'sluice' : 'gray'}>{update} changed</Badge>
      <Badge color={removed > 0 ? 'red' : 'gray'}>{removed} deleted</Badge>
      {unchanged !== undefined && <Badge color="gray">{unchanged} unchanged</Badge>}
    </Group>
  );
}

const levels = {
  dropped: { label: 'dropped', color: 'red' },
  changed: { label: 'changed', color: 'orange' },
  note: { label: 'note', color: 'gray' },
} as const;

/** What an import could not take as it was: nothing is left out silently. */
function Report({ entries }: { readonly entries: readonly ReportEntry[] }): JSX.Element {
  return (
    <section aria-label="Report">
      <Text size="sm" fw={600} mb={4}>
        Report
      </Text>
      <ul className="field-list">
        {entries.map((entry, index) => (
          <li key={index}>
            <Badge color={levels[entry.level].color}>{levels[entry.level].label}</Badge>
            <Text component="span" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {entry.path}
            </Text>
            <Text component="span" size="sm" style={{ overflowWrap: 'anywhere' }}>
              {entry.message}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

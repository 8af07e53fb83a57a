import { Accordion, Box, SegmentedControl, Stack, Text } from '@mantine/core';
import { type JSX, useState } from 'react';
import type { Change } from '../api/history-types.ts';
import { Diff } from '../ui/lazy.tsx';
import { ChangeMark } from './change-mark.tsx';
import { FieldList } from './field-list.tsx';
import { withoutTimes } from './without-times.ts';

/** A short list is shown whole; of a long one, a diff is drawn when it is asked for. */
const openAtMost = 3;

/** Every changed resource with its difference: as JSON side by side, or field by field. */
export function ChangeList({ changes }: { readonly changes: readonly Change[] }): JSX.Element {
  const [open, setOpen] = useState(() => (changes.length <= openAtMost ? changes.map(keyOf) : []));
  return (
    <Accordion multiple value={open} onChange={setOpen} chevronPosition="left">
      {changes.map((change) => (
        <Accordion.Item key={keyOf(change)} value={keyOf(change)}>
          <Box pos="relative">
            <Accordion.Control aria-label={`Difference of ${change.kind} ${change.id}`} h={44} />
            {/* Beside the button and not inside it, since a link has no place in a button. */}
            <Box pos="absolute" left={48} top={10} right={12}>
              <ChangeMark change={change} />
            </Box>
          </Box>
          <Accordion.Panel>{open.includes(keyOf(change)) && <ChangeDifference change={change} />}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

/** The difference of one resource, in the spelling that the reader prefers. */
export function ChangeDifference({ change }: { readonly change: Change }): JSX.Element {
  const [view, setView] = useState('json');
  const name = `${change.kind} ${change.id}`;
  if (change.before === undefined && change.after === undefined) {
    return (
      <Text size="sm" c="dimmed">
        So many resources change that the values of this one are not shown.
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      {change.action === 'update' && change.operations && (
        <SegmentedControl
          size="xs"
          style={{ alignSelf: 'flex-start' }}
          aria-label={`How the difference of ${name} is shown`}
          data={[
            { value: 'json', label: 'JSON' },
            { value: 'fields', label: 'Fields' },
          ]}
          value={view}
          onChange={setView}
        />
      )}
      {view === 'json' ? (
        <Diff label={`Change of ${name}`} before={withoutTimes(change.before)} after={withoutTimes(change.after)} />
      ) : (
        <FieldList
          label={`Changed fields of ${name}`}
          fields={change.operations ?? []}
          isTruncated={change.operations_truncated === true}
        />
      )}
      {view === 'json' && <ChangedSecrets change={change} />}
    </Stack>
  );
}

/** Two masked secrets look alike in the JSON; that one was replaced is said beside it. */
function ChangedSecrets({ change }: { readonly change: Change }): JSX.Element | null {
  const secrets = change.operations?.filter(({ secret }) => secret === true) ?? [];
  if (secrets.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      Also changed, and not shown: {secrets.map(({ path }) => path).join(', ')}
    </Text>
  );
}

function keyOf({ kind, id }: Change): string {
  // Becomes part of an element id, where a space would end it.
  return `${kind}:${id}`;
}

import { Accordion, Box } from '@mantine/core';
import { type JSX, useState } from 'react';
import type { Change } from '../../api/types.ts';
import { Diff } from '../../ui/lazy.tsx';
import { ChangeMark } from './change-mark.tsx';

/** A short list is shown whole; of a long one, a diff is drawn when it is asked for. */
const openAtMost = 3;

/** Every changed resource with its difference. */
export function ChangeList({ changes }: { readonly changes: readonly Change[] }): JSX.Element {
  const [open, setOpen] = useState(() => (changes.length <= openAtMost ? changes.map(keyOf) : []));
  return (
    <Accordion multiple value={open} onChange={setOpen} chevronPosition="left">
      {changes.map((change) => (
        <Accordion.Item key={keyOf(change)} value={keyOf(change)}>
          <Box pos="relative">
            <Accordion.Control aria-label={`Difference of ${change.kind} ${change.id}`} h={44} />
            {/* Beside the button and not inside it, since a link has no place in a button. */}
            <Box pos="absolute" left={48} top={10}>
              <ChangeMark change={change} />
            </Box>
          </Box>
          <Accordion.Panel>
            {open.includes(keyOf(change)) && (
              <Diff label={`Change of ${change.kind} ${change.id}`} before={change.before} after={change.after} />
            )}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function keyOf({ kind, id }: Change): string {
  // Becomes part of an element id, where a space would end it.
  return `${kind}:${id}`;
}

import { Group, NumberInput, Stack, Text } from '@mantine/core';
import { type FormEvent, type JSX, useState } from 'react';
import type { GroupSettings } from '../../api/history-types.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { useChangeSettings } from './use-change-settings.ts';

type Retention = GroupSettings['retention'];

/** How much of the history is kept at hand. */
export function RetentionForm({ retention }: { readonly retention: Retention }): JSX.Element {
  const [draft, setDraft] = useState(retention);
  const changing = useChangeSettings();
  const isSame = draft.keep_revisions === retention.keep_revisions && draft.keep_days === retention.keep_days;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate({ retention: draft });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          Revisions that both rules let go move to the archive, whole and provable; those that have a label stay. Leave
          a field empty for no such rule.
        </Text>
        <Group gap="sm" align="flex-end">
          <NumberInput
            label="Revisions to keep"
            w={180}
            min={1}
            allowDecimal={false}
            placeholder="All"
            value={draft.keep_revisions ?? ''}
            onChange={(next) => setDraft({ ...draft, keep_revisions: numberOf(next) })}
          />
          <NumberInput
            label="Days to keep"
            w={180}
            min={1}
            allowDecimal={false}
            placeholder="All"
            value={draft.keep_days ?? ''}
            onChange={(next) => setDraft({ ...draft, keep_days: numberOf(next) })}
          />
          <ActionButton
            type="submit"
            refusal={isSame ? 'Nothing has changed yet.' : undefined}
            loading={changing.isPending}
          >
            Save retention
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}

function numberOf(typed: number | string): number | null {
  return typeof typed === 'number' ? typed : null;
}

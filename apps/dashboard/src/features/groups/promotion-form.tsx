import { Button, Checkbox, Group, NumberInput, Radio, Select, Stack } from '@mantine/core';
import type { FormEvent, JSX } from 'react';
import { useGroup } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ResourceChoice } from './resource-choice.tsx';

/** What is to be promoted, while somebody chooses it. */
export interface PromotionDraft {
  readonly from: string;
  /** Undefined: the newest. */
  readonly revision: number | undefined;
  readonly scope: 'everything' | 'selection';
  readonly selection: readonly { readonly kind: string; readonly id: string }[];
  readonly includesReferences: boolean;
  readonly prunes: boolean;
}

interface PromotionFormProps {
  readonly draft: PromotionDraft;
  readonly sources: readonly string[];
  readonly onChange: (next: PromotionDraft) => void;
  readonly isPending: boolean;
  readonly onPreview: () => void;
}

/** Which group, which revision, and what of it. */
export function PromotionForm({ draft, sources, onChange, isPending, onPreview }: PromotionFormProps): JSX.Element {
  const set = (fields: Partial<PromotionDraft>) => onChange({ ...draft, ...fields });
  const isEmpty = draft.scope === 'selection' && draft.selection.length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isEmpty) onPreview();
  };
  return (
    <Panel title="What to promote">
      <form onSubmit={submit}>
        <Stack>
          <Group align="flex-start" gap="sm">
            <Select
              label="From group"
              w={240}
              allowDeselect={false}
              data={[...sources]}
              value={draft.from}
              onChange={(from) => set({ from: from ?? draft.from, revision: undefined, selection: [] })}
            />
            <NumberInput
              label="Revision"
              w={160}
              min={1}
              allowDecimal={false}
              placeholder="The newest"
              value={draft.revision ?? ''}
              onChange={(next) => set({ revision: typeof next === 'number' ? next : undefined })}
            />
          </Group>
          <Radio.Group
            label="What of it"
            value={draft.scope}
            onChange={(scope) => set({ scope: scope as PromotionDraft['scope'] })}
          >
            <Group mt="xs">
              <Radio value="everything" label="Everything" />
              <Radio value="selection" label="Chosen resources" />
            </Group>
          </Radio.Group>
          <ScopeOptions draft={draft} set={set} />
          <Group justify="flex-end">
            <ActionButton
              type="submit"
              variant="default"
              refusal={isEmpty ? 'Choose resources first.' : undefined}
              loading={isPending}
            >
              Show the effect
            </ActionButton>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

interface ScopeOptionsProps {
  readonly draft: PromotionDraft;
  readonly set: (fields: Partial<PromotionDraft>) => void;
}

function ScopeOptions({ draft, set }: ScopeOptionsProps): JSX.Element {
  const group = useGroup();
  if (draft.scope === 'everything') {
    return (
      <Checkbox
        label={`Also delete what ${group} has and ${draft.from} has not`}
        checked={draft.prunes}
        onChange={(event) => set({ prunes: event.currentTarget.checked })}
      />
    );
  }
  return (
    <Stack gap="sm">
      <ResourceChoice
        key={draft.from}
        source={draft.from}
        chosen={draft.selection}
        onChange={(selection) => set({ selection })}
      />
      {draft.selection.length > 0 && (
        <Button size="compact-sm" variant="subtle" w="fit-content" onClick={() => set({ selection: [] })}>
          Choose none
        </Button>
      )}
      <Checkbox
        label="And what they refer to"
        description="Upstreams, services and the like, without which they could not be served."
        checked={draft.includesReferences}
        onChange={(event) => set({ includesReferences: event.currentTarget.checked })}
      />
    </Stack>
  );
}

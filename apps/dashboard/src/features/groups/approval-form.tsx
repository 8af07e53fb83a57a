import { Button, Group, Select, Stack, Switch } from '@mantine/core';
import { type FormEvent, type JSX, useState } from 'react';
import type { GroupSettings } from '../../api/history-types.ts';
import { useMay } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { useChangeSettings } from './use-change-settings.ts';

const approverRoles = ['editor', 'admin', 'owner'] as const;
const roleWords = { editor: 'An editor', admin: 'An administrator', owner: 'An owner' };

type Approval = GroupSettings['approval'];

/** Whether changes need a second person. Only an owner may make the rule weaker. */
export function ApprovalForm({ approval }: { readonly approval: Approval }): JSX.Element {
  const [draft, setDraft] = useState(approval);
  const changing = useChangeSettings();
  const isOwner = useMay('owner');
  const isSame = draft.required === approval.required && draft.approvers === approval.approvers;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate({ approval: draft });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Switch
          label="Every change needs the approval of a second person"
          description="Nobody writes directly then, neither here nor by the Admin API: changes are drafts that somebody else approves."
          checked={draft.required}
          onChange={(event) => setDraft({ ...draft, required: event.currentTarget.checked })}
        />
        {draft.required && (
          <Select
            label="Who may approve"
            w={240}
            allowDeselect={false}
            data={approverRoles.map((role) => ({ value: role, label: roleWords[role] }))}
            value={draft.approvers}
            onChange={(role) => setDraft({ ...draft, approvers: role as Approval['approvers'] })}
          />
        )}
        <Group gap="xs">
          <ActionButton
            type="submit"
            refusal={refusalOf(isSame, !isOwner && isWeaker(approval, draft))}
            loading={changing.isPending}
          >
            Save approval
          </ActionButton>
          {!isSame && (
            <Button variant="default" onClick={() => setDraft(approval)}>
              Undo
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function refusalOf(isSame: boolean, takesOwner: boolean): string | undefined {
  if (isSame) return 'Nothing has changed yet.';
  return takesOwner ? 'Only an owner may make the rule weaker.' : undefined;
}

function isWeaker(before: Approval, after: Approval): boolean {
  if (!before.required) return false;
  return !after.required || approverRoles.indexOf(after.approvers) < approverRoles.indexOf(before.approvers);
}

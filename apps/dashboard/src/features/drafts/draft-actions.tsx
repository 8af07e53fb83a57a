import { Button, Group } from '@mantine/core';
import { IconPencil, IconRocket, IconSend } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { DraftDetail } from '../../api/draft-types.ts';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { useDiscardDraft } from '../../drafts/use-discard-draft.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { useDraftSteps } from './use-draft-steps.tsx';

/** What whoever looks at the draft may do with it now; nothing else is offered. */
export function DraftActions({ draft }: { readonly draft: DraftDetail }): JSX.Element {
  const { may } = draft;
  const steps = useDraftSteps(draft);
  const discarding = useDiscardDraft(draft);
  return (
    <Group gap="xs">
      {may.edit && <EnterButton draft={draft} />}
      {may.discard && (
        <Button variant="default" loading={discarding.isPending} onClick={() => void discarding.ask()}>
          Discard
        </Button>
      )}
      {may.withdraw && (
        <Button variant="default" loading={steps.isPending('withdraw')} onClick={steps.withdraw}>
          Take back the request
        </Button>
      )}
      {may.reject && (
        <Button
          variant="default"
          c="red"
          loading={steps.isPending('reject')}
          onClick={() => void askReject(draft.id).then((said) => said && steps.judge('reject', said.message))}
        >
          Reject
        </Button>
      )}
      {may.approve && (
        <Button
          loading={steps.isPending('approve')}
          onClick={() => void askApprove(draft.id).then((said) => said && steps.judge('approve', said.message))}
        >
          Approve
        </Button>
      )}
      {may.submit && draft.edit_count > 0 && draft.approval_required && (
        <Button
          leftSection={<IconSend size={16} aria-hidden />}
          loading={steps.isPending('submit')}
          onClick={() => void askSubmit(draft.id).then((said) => said && steps.submit(said.message))}
        >
          Ask for approval
        </Button>
      )}
      {may.publish && draft.edit_count > 0 && (
        <Button
          leftSection={<IconRocket size={16} aria-hidden />}
          loading={steps.isPending('publish')}
          onClick={() => void askPublish(draft).then((said) => said && steps.publish(said.message))}
        >
          Publish
        </Button>
      )}
    </Group>
  );
}

function EnterButton({ draft }: { readonly draft: DraftDetail }): JSX.Element | null {
  const active = useActiveDraft();
  if (active.draft?.id === draft.id) return null;
  return (
    <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={() => active.enter(draft.id)}>
      Edit in this draft
    </Button>
  );
}

function askPublish({ id, edit_count, message }: DraftDetail) {
  return confirm({
    title: `Publish draft ${id}?`,
    body: `Its ${edit_count === 1 ? 'edit goes' : `${edit_count} edits go`} live on all data planes together, as one revision.`,
    action: 'Publish',
    color: 'sluice',
    asksMessage: {
      label: 'Message',
      description: 'Stays in the history with the revision.',
      initial: message ?? '',
    },
  });
}

function askSubmit(id: number) {
  return confirm({
    title: `Ask for approval of draft ${id}?`,
    body: 'Somebody who is not among its authors looks at it. Editing it afterwards takes the request back.',
    action: 'Ask for approval',
    color: 'sluice',
    asksMessage: { label: 'Comment', description: 'Optional. For whoever looks at it.' },
  });
}

function askApprove(id: number) {
  return confirm({
    title: `Approve draft ${id}?`,
    body: 'It can be published then, exactly as it stands. Another edit takes another approval.',
    action: 'Approve',
    color: 'sluice',
    asksMessage: { label: 'Comment', description: 'Optional. Stays with the draft.' },
  });
}

function askReject(id: number) {
  return confirm({
    title: `Reject draft ${id}?`,
    body: 'Its authors can edit it and ask again.',
    action: 'Reject',
    asksMessage: { label: 'Comment', description: 'What should be different.', isRequired: true },
  });
}

import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type JSX, useState } from 'react';
import { hasCode, messageOf } from '../../api/errors.ts';
import type { Kind } from '../../api/types.ts';
import { withoutTimes } from '../../changes/without-times.ts';
import { useWriting, type Writing } from '../../drafts/use-writing.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Diff } from '../../ui/lazy.tsx';
import { Failure } from '../../ui/states.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import type { EditorState } from './use-editor.ts';
import { useSave, useSaveIntoDraft } from './use-save.ts';

interface ReviewModalProps {
  readonly kind: Kind;
  readonly editor: EditorState;
  readonly warnings: readonly string[];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The difference that is about to go live or into a draft, and the last word on it. */
export function ReviewModal({ kind, editor, warnings, opened, onClose }: ReviewModalProps): JSX.Element {
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const [message, setMessage] = useState('');
  const saving = useSave(kind, editor);
  const drafting = useSaveIntoDraft(kind, editor);
  const { base, draft, conflict } = editor;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      // While it is saved a question may stand in front, which is what Escape answers then.
      closeOnEscape={!saving.isPending && !drafting.isPending}
      size={1040}
      fullScreen={isNarrow ?? false}
      title="Review change"
    >
      <Stack>
        {conflict && <ConflictNotice kind={kind} editor={editor} conflict={conflict} />}
        <SaveFailure error={saving.error ?? drafting.error} />
        {warnings.map((warning) => (
          <Alert key={warning} color="orange" variant="light">
            {warning}
          </Alert>
        ))}
        <Diff
          label={base ? `Change of ${kind.label} ${base.id}` : `New ${kind.label}`}
          before={withoutTimes(base?.value)}
          after={withoutTimes(draft)}
        />
        <LastWord
          refusal={conflict && 'Decide first which version to keep.'}
          message={message}
          onMessage={setMessage}
          pending={saving.isPending ? 'live' : drafting.isPending ? 'draft' : undefined}
          onBack={onClose}
          onSave={() => saving.mutate({ message: message.trim(), over: base })}
          onDraft={() => drafting.mutate({ over: base })}
        />
      </Stack>
    </Modal>
  );
}

/** A resource that changed meanwhile is told by the notice about that. */
function SaveFailure({ error }: { readonly error: Error | null }): JSX.Element | null {
  if (!error || hasCode(error, 'PRECONDITION_FAILED')) return null;
  return <Failure title="Nothing was saved" message={messageOf(error)} />;
}

interface LastWordProps {
  readonly refusal: string | undefined;
  readonly message: string;
  readonly onMessage: (message: string) => void;
  readonly pending: 'live' | 'draft' | undefined;
  readonly onBack: () => void;
  readonly onSave: () => void;
  readonly onDraft: () => void;
}

/** Live, or into a draft: which of the two is possible depends on the group, and on the draft at hand. */
function LastWord({ refusal, message, onMessage, pending, onBack, onSave, onDraft }: LastWordProps): JSX.Element {
  const writing = useWriting();
  return (
    <>
      {writing.goesToDraft ? <DraftNote writing={writing} /> : <MessageField text={message} onText={onMessage} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onBack}>
          Back to the form
        </Button>
        <ActionButton
          variant={writing.goesToDraft ? 'filled' : 'default'}
          refusal={refusal}
          loading={pending === 'draft'}
          onClick={onDraft}
        >
          {writing.active ? 'Save into the draft' : 'Save into a draft'}
        </ActionButton>
        {!writing.goesToDraft && (
          <ActionButton refusal={refusal} loading={pending === 'live'} onClick={onSave}>
            Save
          </ActionButton>
        )}
      </Group>
    </>
  );
}

/** Why what is saved does not go live. */
function DraftNote({ writing: { active, needsApproval } }: { readonly writing: Writing }): JSX.Element {
  const where = active ? `into draft ${active.id}` : 'into a new draft';
  return (
    <Text size="sm" c="dimmed">
      {needsApproval
        ? `Changes of this group need the approval of a second person: this one goes ${where}.`
        : `You are editing a draft: this goes ${where}, and live when the draft is published.`}
    </Text>
  );
}

function MessageField({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  return (
    <Textarea
      label="Message"
      description="Optional. Stays in the history with the revision."
      autosize
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}

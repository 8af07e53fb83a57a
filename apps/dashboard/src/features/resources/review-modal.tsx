import { Alert, Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type JSX, useState } from 'react';
import { hasCode, messageOf } from '../../api/errors.ts';
import type { Kind } from '../../api/types.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Diff } from '../../ui/lazy.tsx';
import { Failure } from '../../ui/states.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import type { EditorState } from './use-editor.ts';
import { useSave } from './use-save.ts';

interface ReviewModalProps {
  readonly kind: Kind;
  readonly editor: EditorState;
  readonly warnings: readonly string[];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The difference that is about to go live, and the last word on it. */
export function ReviewModal({ kind, editor, warnings, opened, onClose }: ReviewModalProps): JSX.Element {
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const [message, setMessage] = useState('');
  const saving = useSave(kind, editor);
  const { base, draft, conflict } = editor;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      // While it is saved a question may stand in front, which is what Escape answers then.
      closeOnEscape={!saving.isPending}
      size={1040}
      fullScreen={isNarrow ?? false}
      title="Review change"
    >
      <Stack>
        {conflict && <ConflictNotice kind={kind} editor={editor} conflict={conflict} />}
        {saving.isError && !hasCode(saving.error, 'PRECONDITION_FAILED') && (
          <Failure title="Nothing was saved" message={messageOf(saving.error)} />
        )}
        {warnings.map((warning) => (
          <Alert key={warning} color="orange" variant="light">
            {warning}
          </Alert>
        ))}
        <Diff
          label={base ? `Change of ${kind.label} ${base.id}` : `New ${kind.label}`}
          before={base?.value ?? null}
          after={draft}
        />
        <Textarea
          label="Message"
          description="Optional. Stays in the history with the revision."
          autosize
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Back to the draft
          </Button>
          <ActionButton
            refusal={conflict && 'Decide first which version to keep.'}
            loading={saving.isPending}
            onClick={() => saving.mutate({ message: message.trim(), over: base })}
          >
            Save
          </ActionButton>
        </Group>
      </Stack>
    </Modal>
  );
}

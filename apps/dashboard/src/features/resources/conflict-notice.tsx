import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Diff } from '../../ui/lazy.tsx';
import type { EditorState } from './use-editor.ts';

interface ConflictNoticeProps {
  readonly kind: Kind;
  readonly editor: EditorState;
  /** The version that somebody else stored meanwhile. */
  readonly conflict: Resource;
}

/** Somebody else was faster: what they changed, and the two ways on. */
export function ConflictNotice({ kind, editor, conflict }: ConflictNoticeProps): JSX.Element {
  const group = useGroup();
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      icon={<IconGitMerge aria-hidden />}
      title={`This ${kind.label} changed while you were editing`}
    >
      <Stack gap="sm">
        <Text size="sm">
          <TextLink inherit underline="always" to={paths.revision(group, conflict.modified_revision)} target="_blank">
            Revision {conflict.modified_revision}
          </TextLink>{' '}
          changed it as shown. Take that version and lose your draft, or keep your draft, which replaces it.
        </Text>
        <Diff
          label={`What revision ${conflict.modified_revision} changed`}
          before={editor.base?.value ?? null}
          after={conflict.value}
        />
        <Group gap="xs">
          <Button variant="default" onClick={() => editor.rebase(conflict, false)}>
            Take the new version
          </Button>
          <Button variant="default" onClick={() => editor.rebase(conflict, true)}>
            Keep my draft
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

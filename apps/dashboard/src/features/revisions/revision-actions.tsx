import { Group } from '@mantine/core';
import { IconArrowBackUp, IconRestore } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Revision } from '../../api/history-types.ts';
import { useMay } from '../../scope.ts';
import { WayBackButton } from '../../way-back/way-back-button.tsx';

interface RevisionActionsProps {
  readonly revision: Revision;
  readonly isHead: boolean;
}

/** The two ways back: to the whole state as of a revision, or without just this one's changes. */
export function RevisionActions({ revision: { number }, isHead }: RevisionActionsProps): JSX.Element | null {
  const mayGoBack = useMay('editor');
  if (!mayGoBack) return null;
  return (
    <Group gap="xs">
      <WayBackButton
        back={{ way: 'rollback', number }}
        title={`Roll back to revision ${number}?`}
        explanation={`Everything becomes as it was after revision ${number}, as one new revision. Nothing of the history is lost, and this can be rolled back in turn.`}
        action="Roll back to this revision"
        leftSection={<IconRestore size={16} aria-hidden />}
        refusal={isHead ? 'This revision is what is served now.' : undefined}
      />
      <WayBackButton
        back={{ way: 'revert', number }}
        title={`Undo revision ${number}?`}
        explanation={`Only what revision ${number} changed is taken back, as one new revision. Later changes to other resources stay.`}
        action="Undo this revision"
        leftSection={<IconArrowBackUp size={16} aria-hidden />}
      />
    </Group>
  );
}

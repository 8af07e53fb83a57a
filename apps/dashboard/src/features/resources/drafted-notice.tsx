import { Alert, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Kind, Resource } from '../../api/types.ts';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';

/** Says that the draft at hand makes something else of the resource than what is live, which is what the page shows. */
export function DraftedNotice({ kind, resource }: { readonly kind: Kind; readonly resource: Resource }) {
  const group = useGroup();
  const { draft } = useActiveDraft();
  const edit = draft?.edits.find((one) => one.kind === kind.name && one.id === resource.id);
  if (!draft || !edit) return null;
  return <Notice to={paths.draft(group, draft.id)} draft={draft.id} isDeletion={edit.op === 'delete'} />;
}

interface NoticeProps {
  readonly to: string;
  readonly draft: number;
  readonly isDeletion: boolean;
}

function Notice({ to, draft, isDeletion }: NoticeProps): JSX.Element {
  return (
    <Alert mb="md" variant="light" color="orange" role="status">
      <Text size="sm">
        This is what is live.{' '}
        <TextLink inherit underline="always" to={to}>
          Draft {draft}
        </TextLink>{' '}
        {isDeletion ? 'deletes it.' : 'changes it.'}
      </Text>
    </Alert>
  );
}

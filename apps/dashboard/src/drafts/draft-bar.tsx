import { Button, Group, Text } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { IconPencil } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Draft } from '../api/draft-types.ts';
import { ButtonLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { useGroup } from '../scope.ts';
import { useActiveDraft } from './use-active-draft.ts';
import { useDiscardDraft } from './use-discard-draft.tsx';

/** On every page while somebody is at a draft: that what they save is not live, and the ways on. */
export function DraftBar(): JSX.Element | null {
  const { draft, leave } = useActiveDraft();
  if (!draft) return null;
  return <Bar draft={draft} onLeave={leave} />;
}

function Bar({ draft, onLeave }: { readonly draft: Draft; readonly onLeave: () => void }): JSX.Element {
  const group = useGroup();
  const discarding = useDiscardDraft(draft);
  const to = paths.draft(group, draft.id);
  const isHere = useLocation({ select: ({ pathname }) => pathname === to });
  return (
    <Group className="draft-bar" gap="4px 12px" role="region" aria-label="Draft">
      <Group gap={6} flex={1} miw={200} wrap="nowrap">
        <IconPencil size={16} aria-hidden />
        <Text size="sm" truncate>
          <b>{draft.message || `Draft ${draft.id}`}</b>: {editCount(draft.edit_count)}, not live yet
        </Text>
      </Group>
      <Group gap={4}>
        {!isHere && (
          <ButtonLink size="compact-sm" to={to}>
            Review
          </ButtonLink>
        )}
        <Button size="compact-sm" variant="default" onClick={onLeave}>
          Leave
        </Button>
        {draft.may.discard && (
          <Button
            size="compact-sm"
            variant="default"
            loading={discarding.isPending}
            onClick={() => void discarding.ask()}
          >
            Discard
          </Button>
        )}
      </Group>
    </Group>
  );
}

/** How many resources a draft changes, in words. */
export function editCount(count: number): string {
  if (count === 0) return 'no edits yet';
  return count === 1 ? '1 edit' : `${count} edits`;
}

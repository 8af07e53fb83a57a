import { Button, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type JSX, type ReactNode, useState } from 'react';
import { historyCommands, type WayBack } from '../api/history-commands.ts';
import { hasCode, messageOf } from '../api/errors.ts';
import { applyRevision } from '../api/live.ts';
import type { Effect } from '../api/history-types.ts';
import { EffectView } from '../changes/effect-view.tsx';
import { useApproval } from '../drafts/use-approval.ts';
import { paths } from '../paths.ts';
import { announceRevision } from '../rollout/announce-revision.tsx';
import { useGroup } from '../scope.ts';
import { Failure } from '../ui/states.tsx';

interface WayBackDialogProps {
  readonly back: WayBack;
  readonly title: string;
  readonly explanation: ReactNode;
  readonly action: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** What going back would do, and the last word on it. */
export function WayBackDialog({ title, opened, onClose, ...rest }: WayBackDialogProps): JSX.Element {
  const isNarrow = useMediaQuery('(max-width: 48em)');
  return (
    <Modal opened={opened} onClose={onClose} size={1040} fullScreen={isNarrow ?? false} title={title}>
      <WayBackForm {...rest} onClose={onClose} />
    </Modal>
  );
}

function WayBackForm({ back, explanation, action, onClose }: Omit<WayBackDialogProps, 'title' | 'opened'>) {
  const preview = usePreview(back);
  return (
    <Stack>
      <Text size="sm" component="div">
        {explanation}
      </Text>
      {preview.isPending && <Skeleton h={140} aria-label="The effect is computed" role="status" />}
      {preview.isError && <WayBackFailure error={preview.error} />}
      {preview.data && (
        <section aria-label="What would change">
          <EffectView effect={preview.data} />
        </section>
      )}
      {preview.data && !isNothing(preview.data) ? (
        <LastWord back={back} action={action} onClose={onClose} />
      ) : (
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Live, or as a draft; where changes need approval, as a draft only. */
function LastWord({ back, action, onClose }: Pick<WayBackDialogProps, 'back' | 'action' | 'onClose'>): JSX.Element {
  const [message, setMessage] = useState('');
  const going = useGoBack(back, message.trim(), onClose);
  const needsApproval = useApproval()?.required === true;
  return (
    <>
      {going.isError && <WayBackFailure error={going.error} />}
      <Textarea
        label="Message"
        description="Optional. Stays in the history with the revision."
        autosize
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      {needsApproval && (
        <Text size="sm" c="dimmed">
          Changes of this group need the approval of a second person: this becomes a draft.
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant={needsApproval ? 'filled' : 'default'}
          loading={going.isPending && going.variables}
          onClick={() => going.mutate(true)}
        >
          Into a draft
        </Button>
        {!needsApproval && (
          <Button loading={going.isPending && !going.variables} onClick={() => going.mutate(false)}>
            {action}
          </Button>
        )}
      </Group>
    </>
  );
}

function isNothing({ counts }: Effect): boolean {
  return counts.create + counts.update + counts.delete === 0;
}

function usePreview(back: WayBack) {
  const group = useGroup();
  return useQuery({
    queryKey: ['group', group, 'revisions', 'preview', back],
    queryFn: () => historyCommands(group).previewWayBack(back),
    // What is shown is decided on: it has to be of now.
    staleTime: 0,
    gcTime: 0,
  });
}

function useGoBack(back: WayBack, message: string, onDone: () => void) {
  const group = useGroup();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (asDraft: boolean) => historyCommands(group).goBack(back, message, asDraft),
    onSuccess: ({ revision, draft }) => {
      onDone();
      applyRevision(queryClient, group);
      if (draft) return void navigate({ to: paths.draft(group, draft.id) });
      announceRevision(group, revision);
      if (revision !== null && back.way !== 'restore') void navigate({ to: paths.revision(group, revision) });
    },
  });
}

function WayBackFailure({ error }: { readonly error: Error }): JSX.Element {
  if (!hasCode(error, 'CONFLICT')) return <Failure title="This cannot be done" message={messageOf(error)} />;
  return (
    <Failure
      title="Later revisions changed the same resources"
      message={`${messageOf(error)} Undoing would take those changes back as well. Roll back to an earlier revision, or edit these resources.`}
    />
  );
}

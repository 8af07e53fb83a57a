import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { draftCommands } from '../../api/draft-commands.ts';
import { draftQueries } from '../../api/draft-queries.ts';
import type { DraftDetail } from '../../api/draft-types.ts';
import { messageOf } from '../../api/errors.ts';
import { applyRevision } from '../../api/live.ts';
import { useActiveDraft } from '../../drafts/use-active-draft.ts';
import { announceRevision } from '../../rollout/announce-revision.tsx';
import { useGroup } from '../../scope.ts';

type StepName = 'submit' | 'withdraw' | 'approve' | 'reject' | 'publish';

interface Step {
  readonly name: StepName;
  readonly run: () => Promise<{ readonly revision?: number | null } | object>;
}

const refused: Readonly<Record<StepName, string>> = {
  submit: 'Nobody was asked',
  withdraw: 'The request stays',
  approve: 'Not approved',
  reject: 'Not rejected',
  publish: 'Nothing was published',
};

/** The steps of a draft from open to published. What is refused is told, and the page shows why. */
export function useDraftSteps({ id, version }: DraftDetail) {
  const group = useGroup();
  const commands = draftCommands(group);
  const queryClient = useQueryClient();
  const active = useActiveDraft();
  const stepping = useMutation({
    mutationFn: ({ run }: Step) => run(),
    onSuccess: (answer, { name }) => {
      if (name !== 'publish') return;
      if (active.draft?.id === id) active.leave();
      applyRevision(queryClient, group);
      announceRevision(group, 'revision' in answer && typeof answer.revision === 'number' ? answer.revision : null);
    },
    onError: (error, { name }) =>
      notifications.show({ color: 'red', title: refused[name], message: messageOf(error), autoClose: 10_000 }),
    // Also after a refusal: most often the draft or the head is not what the page shows.
    onSettled: () => queryClient.invalidateQueries({ queryKey: draftQueries(group).key }),
  });
  const take = (name: StepName, run: Step['run']) => stepping.mutate({ name, run });
  return {
    isPending: (name: StepName) => stepping.isPending && stepping.variables.name === name,
    submit: (comment: string) => take('submit', () => commands.submit(id, comment)),
    withdraw: () => take('withdraw', () => commands.withdraw(id)),
    judge: (verdict: 'approve' | 'reject', comment: string) =>
      take(verdict, () => commands[verdict](id, version, comment)),
    publish: (message: string) => take('publish', () => commands.publish(id, message)),
  };
}

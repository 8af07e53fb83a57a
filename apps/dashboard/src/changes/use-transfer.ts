import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { applyRevision } from '../api/live.ts';
import { groupsQuery } from '../api/queries.ts';
import type { Transfer } from '../api/transfer-types.ts';
import { paths } from '../paths.ts';
import { announceRevision } from '../rollout/announce-revision.tsx';
import { useGroup } from '../scope.ts';

/** What a request to take in a whole configuration says beside where it comes from. */
interface TransferRequest {
  readonly dry_run?: boolean;
  readonly as_draft?: boolean;
  readonly expected_head?: number;
  readonly message?: string;
}

/** Takes a configuration into the group: shows the effect first, and leads to the revision or the draft that came of it. */
export function useTransfer<T extends TransferRequest>(send: (group: string, request: T) => Promise<Transfer>) {
  const group = useGroup();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const run = (request: T) => send(group, request);
  const previewing = useMutation({ mutationFn: run });
  const applying = useMutation({
    mutationFn: run,
    onSuccess: ({ revision, draft }) => {
      applyRevision(queryClient, group);
      if (draft) return void navigate({ to: paths.draft(group, draft.id) });
      void queryClient.invalidateQueries(groupsQuery);
      announceRevision(group, revision);
      return void navigate({ to: revision === null ? paths.overview(group) : paths.revision(group, revision) });
    },
  });
  return { previewing, applying };
}

/** The request that does what its preview showed, or nothing where the group has moved on. */
export function applied<T extends TransferRequest>(
  request: T,
  { head, message, needsApproval }: { head: number; message: string; needsApproval: boolean },
): T {
  return {
    ...request,
    dry_run: false,
    ...(needsApproval ? { as_draft: true } : {}),
    expected_head: head,
    ...(message === '' ? {} : { message }),
  };
}

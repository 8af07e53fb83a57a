import { Refusal } from '../http/refusal.ts';

/** The refusal of a direct write to a group whose changes need a second person. It names the way that is open. */
export function approvalRequired(group: string): Refusal {
  return new Refusal(
    'APPROVAL_REQUIRED',
    `Changes of gateway group "${group}" need the approval of a second person. Put them into a draft: ` +
      `POST /api/v1/groups/${group}/drafts.`,
  );
}

import type { Answer, CallInput, Draft, DraftConflict, DraftDetail } from '@sluice/api-client';

/* Names of the dashboard for what the API's own description says about drafts. */

export type { Draft, DraftDetail, DraftEdit } from '@sluice/api-client';
export type DraftState = Draft['state'];
export type DraftEvent = DraftDetail['events'][number];

/** A resource that changed since the draft was based on it. */
export type Conflict = DraftConflict;

/** One thing that keeps a draft from being published. */
export type DraftIssue = Answer<'GET /groups/{group}/drafts/{id}/validation'>['issues'][number];

/** Which side of a conflict holds. */
export type Resolution = NonNullable<
  NonNullable<CallInput<'POST /groups/{group}/drafts/{id}/rebase'>['body']>['resolutions']
>[number];

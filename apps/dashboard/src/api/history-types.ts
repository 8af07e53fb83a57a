import type { Effect as WriteEffect, ChangeList, RevisionComment, RevisionEntry } from '@sluice/api-client';

/* Names of the dashboard for what the API's own description says about what was, and about what a write would do. */

export type { BlamedField, GroupSettings, HistoryEntry, Operation, Revision } from '@sluice/api-client';
export type RevisionHeader = RevisionEntry;
export type Comment = RevisionComment;
export type ChangedResource = RevisionEntry['changes'][number];
export type ChangeAction = ChangedResource['action'];

/** A change with both states; null where the resource did not or does not exist, absent where there are too many. */
export type Change = ChangeList['changes'][number] & { readonly operations_truncated?: boolean };

/** Something that an import or a promotion has to say about what it was given. */
export type ReportEntry = ChangeList['report'][number];

/** What a write would do; imports and promotions tell of less, and bring a report. */
export interface Effect
  extends Pick<WriteEffect, 'counts' | 'warnings'>, Partial<Omit<WriteEffect, 'changes' | 'counts' | 'warnings'>> {
  readonly changes: readonly Change[];
  readonly unchanged?: number;
  readonly report?: readonly ReportEntry[];
}

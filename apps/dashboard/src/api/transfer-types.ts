import type { CallInput, ChangeList, Draft } from '@sluice/api-client';
import type { Effect } from './history-types.ts';

/* Names of the dashboard for what the API's own description says about what goes in and out of groups. */

/** What a promotion or an import did, or would do. */
export interface Transfer {
  readonly revision: number | null;
  /** Where it became a draft, which somebody has to approve. */
  readonly draft: Draft | undefined;
  /** The head that it was computed against. */
  readonly head: number;
  readonly effect: Effect;
}

/** A change list in the shape of every other preview. */
export function transferOf(list: ChangeList): Transfer {
  const { revision, draft, head, changes, truncated, warnings, report } = list;
  const { unchanged, ...counts } = list.summary;
  return { revision, draft, head, effect: { counts, unchanged, changes, truncated, warnings, report } };
}

/** What is promoted, from where. */
export type Promotion = CallInput<'POST /groups/{group}/promotions'>['body'];

/** An import as it shall be. */
export type ImportRequest = CallInput<'POST /groups/{group}/imports'>['body'];

/** Where an import reads from. */
export type ImportSource = ImportRequest['source'];

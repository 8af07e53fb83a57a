import type { Conflict, Resolution } from '../../api/draft-types.ts';

/** What somebody decided about one conflict: whose resource holds, or whose field where both are merged. */
export interface Decision {
  readonly take: Resolution['take'] | undefined;
  readonly fields: Readonly<Record<string, 'mine' | 'theirs'>>;
}

/** The ways out of a conflict: where one side deleted the resource there is nothing to merge. */
export function waysOut({ reason }: Conflict): readonly Resolution['take'][] {
  return reason === 'both_changed' || reason === 'both_created' ? ['mine', 'theirs', 'merged'] : ['mine', 'theirs'];
}

/** Where a decision begins: what merges by itself is merged, everything else is for somebody to decide. */
export function firstDecision({ mergeable }: Conflict): Decision {
  return { take: mergeable ? 'merged' : undefined, fields: {} };
}

/** Whether a decision says all that there is to say. */
export function isDecided({ fields: clashing }: Conflict, { take, fields }: Decision): boolean {
  if (take === undefined) return false;
  return take !== 'merged' || clashing.every(({ path }) => fields[path] !== undefined);
}

/** A decision as it travels. */
export function resolutionOf({ kind, id }: Conflict, { take, fields }: Decision): Resolution {
  if (take === 'merged' && Object.keys(fields).length > 0) return { kind, id, take, fields };
  return { kind, id, take: take ?? 'mine' };
}

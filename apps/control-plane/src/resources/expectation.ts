import { Refusal } from '../http/refusal.ts';
import type { Expectation } from './change-set.ts';

/** The entity tag of a resource: the revision that last changed it. */
export function entityTag(modifiedRevision: number): string {
  return `"${modifiedRevision}"`;
}

/** What `If-Match` or `If-None-Match: *` expect to find. */
export function expectationOf(ifMatch: string | undefined, ifNoneMatch: string | undefined): Expectation | undefined {
  if (ifMatch !== undefined) {
    const revision = /^"([1-9]\d{0,15})"$/.exec(ifMatch)?.[1];
    if (revision === undefined) throw new Refusal('INVALID', 'If-Match must be the ETag of one read, such as "12".');
    return { revision: Number(revision) };
  }
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch !== '*') throw new Refusal('INVALID', 'If-None-Match can only be *, which means: create only.');
  return { absent: true };
}

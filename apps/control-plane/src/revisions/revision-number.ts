import { Refusal } from '../http/refusal.ts';

/** The number of a revision in a path. */
export function revisionNumber(text: string): number {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new Refusal('NOT_FOUND', 'Revisions are numbered from 1.');
}

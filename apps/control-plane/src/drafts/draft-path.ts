import type { FastifyRequest } from 'fastify';
import type { Author } from '../access/author.ts';
import { Refusal } from '../http/refusal.ts';
import type { DraftPlace } from './draft-store.ts';

/** What a path below the drafts of a group names. */
export interface DraftPath {
  readonly group: string;
  readonly id: string;
  readonly kind: string;
  readonly resource: string;
}

/** The number of a draft in a path. */
export function draftId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new Refusal('NOT_FOUND', 'There is no such draft.');
}

/** The draft that a request names, and who does something to it. */
export function placeOf({ group, id }: DraftPath, author: Author, request: FastifyRequest): DraftPlace {
  return { group, id: draftId(id), author, requestId: request.id };
}

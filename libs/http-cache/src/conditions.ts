import type { ReadableFields } from './freshness.ts';
import { parseHttpDate } from './http-date.ts';
import { fieldOf, type StoredHead } from './stored-head.ts';

/** What a client asks for beyond an answer: kept, because these fields are taken out of what is sent on. */
export interface ClientConditions {
  readonly noneMatch: string | undefined;
  readonly modifiedSince: string | undefined;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

/** What a request asks for. Several lines of a list are one list. */
export function conditionsOf(headers: ReadableFields): ClientConditions {
  const noneMatch = headers.has('if-none-match') ? headers.getAll('if-none-match').join(', ') : undefined;
  return {
    noneMatch,
    modifiedSince: headers.get('if-modified-since'),
    range: headers.get('range'),
    ifRange: headers.get('if-range'),
  };
}

/** Whether the client has this answer already, so that a 304 will do (RFC 9110, section 13.2.2). */
export function isKnownToClient(head: StoredHead, conditions: ClientConditions): boolean {
  const { noneMatch, modifiedSince } = conditions;
  if (head.status !== 200) return false;
  if (noneMatch !== undefined) return matchesAny(noneMatch, head.etag);
  if (modifiedSince === undefined) return false;
  const since = parseHttpDate(modifiedSince, head.responseAt);
  if (since === undefined) return false;
  if (modifiedSince === head.lastModified) return true;
  // Without a time of the last change the answer is as new as it is (RFC 9110, section 13.1.3).
  const changed = head.lastModified === null ? head.date : parseHttpDate(head.lastModified, head.responseAt);
  return changed !== undefined && changed <= since;
}

/** Whether a range may be taken out of this answer: the client's parts of it, if any, are of the same (RFC 9110, 13.1.5). */
export function mayTakeRange(head: StoredHead, { ifRange }: ClientConditions): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === head.etag;
  return head.lastModified !== null && ifRange === head.lastModified;
}

const entityTag = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")|[^\s,"]+/g;

/** Weak comparison: what a proxy made of a tag on the way does not count. */
function matchesAny(list: string, etag: string | null): boolean {
  if (list.trim() === '*') return true;
  if (etag === null) return false;
  const own = opaque(etag);
  return (list.match(entityTag) ?? []).some((tag) => opaque(tag) === own);
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

/** Fields that a 304 has: those that the client may need to update its own copy (RFC 9110, section 15.4.5). */
const namesOf304: ReadonlySet<string> = new Set([
  'cache-control',
  'content-location',
  'date',
  'etag',
  'expires',
  'vary',
  'set-cookie',
]);

/** What of a stored answer's fields goes into a 304. */
export function fieldsOf304(fields: readonly string[]): string[] {
  const hasTag = fieldOf(fields, 'etag') !== undefined;
  return fields.filter((_, i, all) => {
    const name = (all[i - (i % 2)] ?? '').toLowerCase();
    return namesOf304.has(name) || (name === 'last-modified' && !hasTag);
  });
}

import { Refusal } from '../http/refusal.ts';
import { queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import type { ResourceKey } from '../resources/change-set.ts';
import type { StoredVersion } from './state-reader.ts';
import type { Slice } from './version-rows.ts';

/** Changes that one answer holds. */
const CHANGES_MAX = 200;

/** Which lines of a diff a query asks for. */
export function sliceOf(query: RequestQuery): Slice {
  return { limit: CHANGES_MAX, offset: queryInteger(query, 'offset', { min: 0, max: 10_000_000, usual: 0 }) };
}

/** Where a page of a state begins: after the last resource of the page before. */
export function pageAfter(query: RequestQuery): ResourceKey | undefined {
  const cursor = queryText(query, 'after');
  if (cursor === undefined) return undefined;
  const at = cursor.indexOf('/');
  if (at > 0) return { kind: cursor.slice(0, at), id: cursor.slice(at + 1) };
  throw new Refusal('INVALID', 'The query parameter after must be the "next" of the page before.');
}

/** A page of a state as the API shows it, masked, with the cursor that leads on. */
export function nextPage(page: readonly StoredVersion[], limit: number): object {
  const last = page.length === limit ? page.at(-1) : undefined;
  const list = page.map(({ kind, id, body, modifiedRevision }) => {
    return { kind, id, value: JSON.parse(body) as object, modified_revision: modifiedRevision };
  });
  return { list, next: last ? `${last.kind}/${last.id}` : null };
}

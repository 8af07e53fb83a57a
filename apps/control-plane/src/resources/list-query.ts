import type { KindName } from '@sluice/schema';
import { queryChoice, queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { type ResourceQuery, sortKeys } from './resource-list.ts';

/** Which page of a list is wanted. */
export interface Page {
  readonly page: number;
  readonly size: number;
}

/** `page` and `page_size` of a query. */
export function pageOf(query: RequestQuery): Page {
  const page = queryInteger(query, 'page', { min: 1, max: 1_000_000, usual: 1 });
  return { page, size: queryInteger(query, 'page_size', { min: 1, max: 500, usual: 20 }) };
}

/** What a query of `/api/v1` asks of a kind. */
export function resourceQueryOf(kind: KindName, query: RequestQuery): ResourceQuery {
  const { page, size } = pageOf(query);
  return {
    kind,
    search: queryText(query, 'search'),
    label: labelOf(queryText(query, 'label')),
    parent: queryText(query, 'parent'),
    sort: queryChoice(query, 'sort', sortKeys),
    order: queryChoice(query, 'order', ['asc', 'desc']),
    limit: size,
    offset: (page - 1) * size,
  };
}

/** `key` or `key:value`. */
function labelOf(text: string | undefined): ResourceQuery['label'] {
  if (text === undefined) return undefined;
  const at = text.indexOf(':');
  return at < 0 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

import type { ResourceKind } from '@sluice/schema';
import { linearPattern } from '../http/linear-pattern.ts';
import type { ListedNames, ResourceQuery } from '../resources/resource-list.ts';
import { AdminAnswer, badRequest } from './admin-answer.ts';

/** The query of an Admin API request; of a parameter that is repeated, the first counts. */
export type AdminQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A parameter of the query. */
export function parameter(query: AdminQuery, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** A page of a list; both parameters must be there for paging to happen. */
export function pageOf(query: AdminQuery): { limit: number; offset: number } | undefined {
  const page = Number(parameter(query, 'page') ?? Number.NaN);
  const size = Number(parameter(query, 'page_size') ?? Number.NaN);
  if (Number.isNaN(page) || Number.isNaN(size)) return undefined;
  if (size < 10 || size > 500) throw new AdminAnswer(400, 'page_size must be between 10 and 500');
  return { limit: Math.floor(size), offset: (Math.max(Math.floor(page), 1) - 1) * Math.floor(size) };
}

/** The filters that the database answers: a label's key, and on routes the service and the upstream. */
export function filtersOf(kind: ResourceKind, query: AdminQuery): Pick<ResourceQuery, 'kind' | 'label' | 'fields'> {
  const label = parameter(query, 'label');
  const wanted = new URLSearchParams(parameter(query, 'filter') ?? '');
  const supported = kind.name === 'route' ? ['service_id', 'upstream_id'] : [];
  const fields = Object.fromEntries(supported.flatMap((name) => wanted.getAll(name).map((id) => [name, id])));
  return { kind: kind.name, label: label ? { key: label } : undefined, fields };
}

/** The filters that take a pattern, as one test; undefined where the query has none. */
export function patternFilter(query: AdminQuery): ((listed: ListedNames) => boolean) | undefined {
  const [name, uri] = [patternOf(query, 'name'), patternOf(query, 'uri')];
  if (!name && !uri) return undefined;
  return (listed) =>
    (!name || (listed.name !== null && name.test(listed.name))) && (!uri || listed.uris.some((path) => uri.test(path)));
}

function patternOf(query: AdminQuery, name: string): RegExp | undefined {
  const source = parameter(query, name);
  if (!source) return undefined;
  const pattern = linearPattern(source);
  if (pattern) return pattern;
  throw badRequest(`invalid argument ${name}: not a pattern, or one that needs lookaround or backreferences`);
}

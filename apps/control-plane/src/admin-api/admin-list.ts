import type { ResourceKind } from '@sluice/schema';
import { linearPattern } from '../http/linear-pattern.ts';
import { certainText } from '../http/pattern-text.ts';
import { holdsNul, nulRefusal } from '../http/nul-guard.ts';
import type { ListedNames, ResourceQuery } from '../resources/resource-list.ts';
import { AdminAnswer, badRequest } from './admin-answer.ts';

/** The query of an Admin API request; of a parameter that is repeated, the first counts. */
export type AdminQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A parameter of the query. */
export function parameter(query: AdminQuery, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** No list has as many pages: whatever is beyond is as empty as this one. */
const PAGE_MAX = 1_000_000_000;

/** A page of a list; both parameters must be there for paging to happen. */
export function pageOf(query: AdminQuery): { limit: number; offset: number } | undefined {
  const [page, size] = [wholeNumber(query, 'page'), wholeNumber(query, 'page_size')];
  if (page === undefined || size === undefined) return undefined;
  if (size < 10 || size > 500) throw new AdminAnswer(400, 'page_size must be between 10 and 500');
  return { limit: size, offset: (Math.min(Math.max(page, 1), PAGE_MAX) - 1) * size };
}

function wholeNumber(query: AdminQuery, name: string): number | undefined {
  const text = parameter(query, name);
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw badRequest(`invalid argument ${name}: should be a whole number`);
}

/** The filters that the database answers: a label's key, and on routes of both kinds the service and the upstream. */
export function filtersOf(kind: ResourceKind, query: AdminQuery): Pick<ResourceQuery, 'kind' | 'label' | 'fields'> {
  const label = parameter(query, 'label');
  const wanted = new URLSearchParams(parameter(query, 'filter') ?? '');
  // Its value is encoded once more, so that what the whole query was checked for is checked again.
  if (holdsNul([...wanted])) throw nulRefusal();
  const isRoute = kind.name === 'route' || kind.name === 'stream_route';
  const supported = isRoute ? ['service_id', 'upstream_id'] : [];
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

/** Texts that all which passes the pattern filter must contain: the database looks for them first. */
export function certainTexts(query: AdminQuery): string[] {
  return ['name', 'uri'].flatMap((name) => certainText(parameter(query, name) ?? '') ?? []);
}

function patternOf(query: AdminQuery, name: string): RegExp | undefined {
  const source = parameter(query, name);
  if (!source) return undefined;
  const pattern = linearPattern(source);
  if (pattern) return pattern;
  throw badRequest(`invalid argument ${name}: not a pattern, or one that needs lookaround or backreferences`);
}

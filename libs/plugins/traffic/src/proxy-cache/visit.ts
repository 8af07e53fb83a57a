import type { BodyTransform, FetchTurn, HeaderFields, RequestContext } from '@sluice/plugin-kit';
import {
  type ClientConditions,
  conditionsOf,
  type Directives,
  FieldView,
  type Found,
  type Lookup,
  parseDirectives,
  type ReadableFields,
} from '@sluice/http-cache';

/** What clients are told about where their answer comes from. */
export type CacheStatus = 'MISS' | 'HIT' | 'EXPIRED' | 'STALE' | 'BYPASS' | 'UPDATING' | 'REVALIDATED';

/** What a request says about caching. */
export interface Wishes {
  readonly directives: Directives;
  readonly conditions: ClientConditions;
}

/** A request that goes to the upstream, and what the cache knows of it until it is over. */
export interface Fetching extends Wishes {
  readonly key: string;
  readonly requestAt: number;
  /** The client's fields as they were when the cache was asked. */
  readonly fields: ReadableFields;
  readonly lookup: Lookup;
  /** What is being validated. */
  validated: Found | undefined;
  /** Null as soon as nobody needs to wait any more. */
  turn: FetchTurn | null;
  /** Gives up what is being stored; null where nothing is, or everything is stored. */
  abandon: (() => void) | null;
}

/** What the cache has to say about a request. */
export interface Visit {
  status: CacheStatus;
  /** Null where the answer came from the cache, or is none of its business. */
  readonly fetching: Fetching | null;
  transform: BodyTransform | null;
}

const noDirectives = parseDirectives([]);
const noCache = parseDirectives(['no-cache']);

/** What a request says; `Pragma` stands in for a `Cache-Control` that is not there (RFC 9111, section 5.4). */
export function wishesOf({ request: { headers } }: RequestContext, followsDirectives: boolean): Wishes {
  return { conditions: conditionsOf(headers), directives: followsDirectives ? directivesOf(headers) : noDirectives };
}

function directivesOf(headers: HeaderFields): Directives {
  if (headers.has('cache-control')) return parseDirectives(headers.getAll('cache-control'));
  const isPragma = headers.getAll('pragma').some((line) => /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(line));
  return isPragma ? noCache : noDirectives;
}

/** The fields of a request as they are now: whoever comes later may change them. */
export function fieldsNow({ request: { headers } }: RequestContext): ReadableFields {
  return new FieldView([...headers.entries()].flat());
}

/** Whoever waits for the answer may go on. `isShareable` false: it was for one client only. */
export function endTurn(fetching: Fetching, isShareable: boolean): void {
  fetching.turn?.end(isShareable);
  fetching.turn = null;
}

import type { HeaderFields } from '@sluice/plugin-kit';
import { type Directives, parseSeconds, secondsMax } from './directives.ts';
import { parseHttpDate } from './http-date.ts';

/** Header fields, to be read only. */
export type ReadableFields = Pick<HeaderFields, 'get' | 'getAll' | 'has' | 'entries'>;

/** An answer that may be stored, and when it was asked for and came. Times are milliseconds since the epoch. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: ReadableFields;
  readonly date: string | undefined;
  readonly requestAt: number;
  readonly responseAt: number;
}

/** Statuses that may be kept although nothing says for how long (RFC 9110, section 15.1). */
const heuristicStatuses: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);
/** Share of the time since the last change for which an answer is taken to hold, and the most of it. */
const heuristicShare = 0.1;
const heuristicMaxMs = 24 * 3600 * 1000;

/** By which rules it is known how long an answer holds. */
export interface LifetimeRules {
  /**
   * `rfc9111`: all that the answer says holds. `upstream`: the answer says for how long, and that it must not be kept.
   * `fixed`: the answer only says that it must not be kept.
   */
  readonly mode: 'rfc9111' | 'upstream' | 'fixed';
  /** For how long an answer is kept that does not say, or is not asked; milliseconds. */
  readonly ttlMs: number;
}

/** For how long an answer holds, and from when on. Times are milliseconds. */
export interface Freshness {
  /** When it was made, since the epoch. */
  readonly date: number;
  /** How old it was when it arrived. */
  readonly initialAgeMs: number;
  readonly lifetimeMs: number;
  /** The answer says for how long it holds, or may be kept without (RFC 9111, section 3). */
  readonly isLifetimeKnown: boolean;
}

/** For how long an answer holds by the rules. */
export function freshnessOf(answer: ReceivedAnswer, directives: Directives, { mode, ttlMs }: LifetimeRules): Freshness {
  const date = dateOf(answer);
  // Without the rules of the RFC an answer is as old as its copy.
  const aged = { date, initialAgeMs: mode === 'rfc9111' ? initialAgeMs(answer, date) : 0 };
  if (mode === 'fixed') return { ...aged, lifetimeMs: ttlMs, isLifetimeKnown: true };
  const explicit = explicitLifetimeMs(answer, date, directives);
  if (mode === 'upstream')
    return { ...aged, lifetimeMs: acceleratedMs(answer) ?? explicit ?? ttlMs, isLifetimeKnown: true };
  if (explicit !== undefined) return { ...aged, lifetimeMs: explicit, isLifetimeKnown: true };
  const isLifetimeKnown = heuristicStatuses.has(answer.status) || directives.has('public');
  return { ...aged, lifetimeMs: isLifetimeKnown ? heuristicLifetimeMs(answer, date) : 0, isLifetimeKnown };
}

/** When an answer was made: what it says, or when it arrived. */
function dateOf({ date, responseAt }: ReceivedAnswer): number {
  return (date === undefined ? undefined : parseHttpDate(date, responseAt)) ?? responseAt;
}

/** How old an answer was when it arrived (RFC 9111, section 4.2.3). */
function initialAgeMs({ headers, requestAt, responseAt }: ReceivedAnswer, date: number): number {
  const apparent = Math.max(0, responseAt - date);
  return Math.max(apparent, ageSeconds(headers) * 1000 + (responseAt - requestAt));
}

/** What says an age, but not which, is taken for old: a cache before this one has spoken. */
function ageSeconds(headers: ReadableFields): number {
  const lines = headers.getAll('age');
  if (lines.length === 0) return 0;
  return (lines.length === 1 ? parseSeconds(lines[0] ?? '') : undefined) ?? secondsMax;
}

/** What an upstream says to a gateway alone, as nginx reads it: seconds, or behind an `@` those since the epoch. */
function acceleratedMs({ headers, responseAt }: ReceivedAnswer): number | undefined {
  const told = headers.get('x-accel-expires') ?? '';
  const isTime = told.startsWith('@');
  const seconds = parseSeconds(isTime ? told.slice(1) : told);
  if (seconds === undefined) return undefined;
  return isTime ? Math.max(0, seconds * 1000 - responseAt) : seconds * 1000;
}

/** For how long an answer says that it is fresh; undefined where it says nothing. */
function explicitLifetimeMs(answer: ReceivedAnswer, date: number, directives: Directives): number | undefined {
  const seconds = directives.seconds('s-maxage') ?? directives.seconds('max-age');
  if (seconds !== undefined) return seconds * 1000;
  const expires = answer.headers.getAll('expires');
  if (expires.length === 0) return undefined;
  // Two of them, or something that is no date, mean that it has expired (RFC 9111, section 5.3).
  const at = expires.length === 1 ? parseHttpDate(expires[0] ?? '', answer.responseAt) : undefined;
  return at === undefined ? 0 : Math.min(Math.max(0, at - date), secondsMax * 1000);
}

/** For how long an answer that says nothing is taken to be fresh, by how long it has not changed. */
function heuristicLifetimeMs({ headers, responseAt }: ReceivedAnswer, date: number): number {
  const changed = parseHttpDate(headers.get('last-modified') ?? '', responseAt);
  return changed === undefined ? 0 : Math.min(Math.max(0, date - changed) * heuristicShare, heuristicMaxMs);
}

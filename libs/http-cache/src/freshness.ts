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

/** When an answer was made: what it says, or when it arrived. */
export function dateOf({ date, responseAt }: ReceivedAnswer): number {
  return (date === undefined ? undefined : parseHttpDate(date, responseAt)) ?? responseAt;
}

/** How old an answer was when it arrived, in milliseconds (RFC 9111, section 4.2.3). */
export function initialAgeMs(answer: ReceivedAnswer): number {
  const { headers, requestAt, responseAt } = answer;
  const apparent = Math.max(0, responseAt - dateOf(answer));
  return Math.max(apparent, ageSeconds(headers) * 1000 + (responseAt - requestAt));
}

/** What says an age, but not which, is taken for old: a cache before this one has spoken. */
function ageSeconds(headers: ReadableFields): number {
  const lines = headers.getAll('age');
  if (lines.length === 0) return 0;
  return (lines.length === 1 ? parseSeconds(lines[0] ?? '') : undefined) ?? secondsMax;
}

/** For how long an answer says that it is fresh, in milliseconds; undefined where it says nothing. */
export function explicitLifetimeMs(answer: ReceivedAnswer, directives: Directives): number | undefined {
  const seconds = directives.seconds('s-maxage') ?? directives.seconds('max-age');
  if (seconds !== undefined) return seconds * 1000;
  const expires = answer.headers.getAll('expires');
  if (expires.length === 0) return undefined;
  // Two of them, or something that is no date, mean that it has expired (RFC 9111, section 5.3).
  const at = expires.length === 1 ? parseHttpDate(expires[0] ?? '', answer.responseAt) : undefined;
  return at === undefined ? 0 : Math.min(Math.max(0, at - dateOf(answer)), secondsMax * 1000);
}

/** For how long an answer that says nothing is taken to be fresh, by how long it has not changed; 0 where that is not allowed. */
export function heuristicLifetimeMs(answer: ReceivedAnswer, directives: Directives): number {
  if (!mayBeGuessed(answer.status, directives)) return 0;
  const changed = parseHttpDate(answer.headers.get('last-modified') ?? '', answer.responseAt);
  if (changed === undefined) return 0;
  return Math.min(Math.max(0, dateOf(answer) - changed) * heuristicShare, heuristicMaxMs);
}

/** Whether an answer may be kept although it does not say for how long. */
export function mayBeGuessed(status: number, directives: Directives): boolean {
  return heuristicStatuses.has(status) || directives.has('public');
}

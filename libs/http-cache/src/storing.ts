import { STATUS_CODES } from 'node:http';
import { type Directives, parseDirectives } from './directives.ts';
import { FieldView } from './field-view.ts';
import { freshnessOf, type LifetimeRules, type ReadableFields, type ReceivedAnswer } from './freshness.ts';
import { isFresh } from './reuse.ts';
import { fieldOf, type StoredHead } from './stored-head.ts';

/** By which rules answers are kept. */
export interface StoringRules extends LifetimeRules {
  /** The statuses that are kept. */
  readonly statuses: ReadonlySet<number>;
  /** Whether answers that set cookies are kept. */
  readonly allowsCookies: boolean;
}

/** What a request says about the storing of its answer. */
export interface StoringRequest {
  readonly directives: Directives;
  /** It says who sends it, and the key of the cache does not tell senders apart. */
  readonly isPersonal: boolean;
}

/** Fields that concern one message or connection only, and what the cache makes anew. */
const unstored: ReadonlySet<string> = new Set([
  'age',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'x-accel-expires',
  'apisix-cache-status',
  'x-apisix-upstream-status',
]);
/** Bodies that go on for as long as somebody listens: nobody should wait for their end. */
const endless = /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\b/i;
/** Quotas belong to the client that was told them. */
const quotaName = /ratelimit-remaining/i;

/** What is to be kept of an answer; null where it must not be, or keeping it would help nobody. */
export function headToStore(answer: ReceivedAnswer, request: StoringRequest, rules: StoringRules): StoredHead | null {
  const { status, headers } = answer;
  const directives = parseDirectives(headers.getAll('cache-control'));
  if (!rules.statuses.has(status) || status === 206 || status === 304) return null;
  if ((headers.has('set-cookie') && !rules.allowsCookies) || endless.test(headers.get('content-type') ?? ''))
    return null;
  if (isForbidden(answer, directives, request, rules)) return null;
  if (directives.has('must-understand') && !isUnderstood(status, directives)) return null;
  const { head, isLifetimeKnown } = headOf(answer, directives, rules);
  return isUseful(head, isLifetimeKnown, rules) ? head : null;
}

/** Whether an answer that is stored may stay, after another one without a body has said this about it. */
export function mayStay(answer: ReceivedAnswer, request: StoringRequest, rules: StoringRules): boolean {
  return !isForbidden(answer, parseDirectives(answer.headers.getAll('cache-control')), request, rules);
}

/** Whether what the request or the answer says keeps the answer from being stored (RFC 9111, sections 3 and 3.5). */
function isForbidden(
  { status, headers }: ReceivedAnswer,
  directives: Directives,
  request: StoringRequest,
  { mode }: StoringRules,
): boolean {
  if (varyNames(headers) === 'anything') return true;
  if (directives.has('no-store') && !(mode === 'rfc9111' && isUnderstood(status, directives))) return true;
  if (directives.fields('private') === 'all') return true;
  if (request.isPersonal && !['public', 's-maxage', 'must-revalidate'].some((name) => directives.has(name)))
    return true;
  return mode === 'rfc9111'
    ? request.directives.has('no-store')
    : directives.has('no-cache') || directives.has('private');
}

/** `must-understand` takes the place of `no-store` for who knows what the status means (RFC 9111, section 5.2.2.3). */
function isUnderstood(status: number, directives: Directives): boolean {
  return directives.has('must-understand') && status in STATUS_CODES;
}

interface ReadHead {
  readonly head: StoredHead;
  readonly isLifetimeKnown: boolean;
}

function headOf(answer: ReceivedAnswer, directives: Directives, rules: StoringRules): ReadHead {
  const isRfc = rules.mode === 'rfc9111';
  const { isLifetimeKnown, ...freshness } = freshnessOf(answer, directives, rules);
  const seconds = (name: string): number => (isRfc ? (directives.seconds(name) ?? 0) : 0);
  const fields = storedFields(answer.headers, hiddenNames(directives));
  const head = {
    status: answer.status,
    fields,
    trailers: [],
    ...freshness,
    responseAt: answer.responseAt,
    staleWhileRevalidateMs: seconds('stale-while-revalidate') * 1000,
    staleIfErrorMs: seconds('stale-if-error') * 1000,
    isCheckedAlways: isRfc && directives.fields('no-cache') === 'all',
    isNeverStale: isRfc && ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) => directives.has(name)),
    etag: fieldOf(fields, 'etag') ?? null,
    lastModified: fieldOf(fields, 'last-modified') ?? null,
  };
  return { head, isLifetimeKnown };
}

/** What can neither be used as it is, nor be validated, would only take room. */
function isUseful(head: StoredHead, isLifetimeKnown: boolean, { mode }: StoringRules): boolean {
  if (isFresh(head, head.responseAt)) return true;
  if (mode !== 'rfc9111' || !(isLifetimeKnown || head.isCheckedAlways)) return false;
  const canBeValidated = head.etag !== null || head.lastModified !== null;
  return canBeValidated || head.staleIfErrorMs > 0 || head.staleWhileRevalidateMs > 0;
}

/** Fields that must not be given to others, or not without asking the origin. */
function hiddenNames(directives: Directives): readonly string[] {
  return ['private', 'no-cache'].flatMap((name) => {
    const fields = directives.fields(name);
    return fields === undefined || fields === 'all' ? [] : fields;
  });
}

function storedFields(headers: ReadableFields, hidden: readonly string[]): string[] {
  const fields: string[] = [];
  for (const [name, value] of headers.entries()) {
    const lower = name.toLowerCase();
    if (!isUnstored(lower) && !hidden.includes(lower)) fields.push(name, value);
  }
  return fields;
}

function isUnstored(name: string): boolean {
  return unstored.has(name) || quotaName.test(name);
}

/** Fields of a 304 that speak of a body which it does not have, or of which answer it means. */
const bodyNames: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-md5',
  'content-range',
  'content-digest',
  'etag',
]);

/** A stored head, brought up to date by an answer without a body: a 304, or that to a HEAD (RFC 9111, section 3.2). */
export function updatedHead(stored: StoredHead, answer: ReceivedAnswer, rules: StoringRules): StoredHead {
  const fresh = new Set<string>();
  const added: string[] = [];
  for (const [name, value] of answer.headers.entries()) {
    const lower = name.toLowerCase();
    if (isUnstored(lower) || bodyNames.has(lower)) continue;
    if (lower === 'set-cookie' && !rules.allowsCookies) continue;
    fresh.add(lower);
    added.push(name, value);
  }
  const kept = stored.fields.filter((_, i, all) => !fresh.has((all[i - (i % 2)] ?? '').toLowerCase()));
  const headers = new FieldView([...kept, ...added]);
  const directives = parseDirectives(headers.getAll('cache-control'));
  const { head } = headOf({ ...answer, status: stored.status, headers }, directives, rules);
  return { ...head, trailers: stored.trailers };
}

/** By which fields of the request answers differ: in lower case and in order; `anything` where no request is alike. */
export function varyNames(headers: ReadableFields): readonly string[] | 'anything' {
  const names = headers
    .getAll('vary')
    .flatMap((line) => line.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return names.includes('*') ? 'anything' : [...new Set(names)].toSorted();
}

import type { CacheRecord, HeaderValue } from '@sluice/plugin-kit';
import { type ByteRange, parseRange } from './byte-range.ts';
import { type ClientConditions, fieldsOf304, isKnownToClient, mayTakeRange } from './conditions.ts';
import { ageOf, type StoredHead } from './stored-head.ts';

/** An answer made of a stored one. */
export interface CachedAnswer {
  readonly status: number;
  /** With `Age`, `Date` and, where there is a body, `Content-Length`. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly range: ByteRange;
}

type Fields = Readonly<Record<string, HeaderValue>>;

/** A head does not change, so neither does what is made of it for clients. */
const recordsOf = new WeakMap<StoredHead, Fields>();

/** Makes the answer for a client; the rest of the request has been looked at. */
export function answerFrom(
  head: StoredHead,
  { bodyBytes }: CacheRecord,
  conditions: ClientConditions,
  now: number,
): CachedAnswer {
  const age = String(Math.floor(ageOf(head, now) / 1000));
  const whole = { start: 0, end: bodyBytes };
  if (isKnownToClient(head, conditions)) {
    const headers = { ...recordOf(fieldsOf304(head.fields)), Date: dateText(head), Age: age };
    return { status: 304, headers, range: { start: 0, end: 0 } };
  }
  const fields = fieldsOf(head);
  if (conditions.range === undefined || head.status !== 200 || !mayTakeRange(head, conditions))
    return { status: head.status, headers: { ...fields, 'Content-Length': String(bodyBytes), Age: age }, range: whole };
  return partOf(fields, conditions.range, bodyBytes, age);
}

function partOf(fields: Fields, wanted: string, bodyBytes: number, age: string): CachedAnswer {
  const range = parseRange(wanted, bodyBytes);
  const length = (bytes: number) => ({ 'Content-Length': String(bytes), Age: age });
  if (range === undefined)
    return { status: 200, headers: { ...fields, ...length(bodyBytes) }, range: { start: 0, end: bodyBytes } };
  if (range === 'unsatisfiable')
    return {
      status: 416,
      headers: { 'Content-Range': `bytes */${bodyBytes}`, ...length(0) },
      range: { start: 0, end: 0 },
    };
  const { start, end } = range;
  const part = { 'Content-Range': `bytes ${start}-${end - 1}/${bodyBytes}`, ...length(end - start) };
  return { status: 206, headers: { ...fields, ...part }, range };
}

function fieldsOf(head: StoredHead): Fields {
  let fields = recordsOf.get(head);
  if (fields === undefined) {
    fields = { ...recordOf(head.fields), Date: dateText(head) };
    recordsOf.set(head, fields);
  }
  return fields;
}

function dateText({ date }: StoredHead): string {
  return new Date(date).toUTCString();
}

/** Lines of one name become a list under the spelling of the first. */
function recordOf(flat: readonly string[]): Record<string, HeaderValue> {
  const record: Record<string, string | string[]> = {};
  const spellings = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) {
    const [name = '', value = ''] = [flat[i], flat[i + 1]];
    const spelling = spellings.get(name.toLowerCase()) ?? name;
    spellings.set(name.toLowerCase(), spelling);
    const before = record[spelling];
    record[spelling] = before === undefined ? value : [before, value].flat();
  }
  return record;
}

import { answerFrom, type ClientConditions, type Found, type StoredHead } from '@sluice/http-cache';
import type { BodyStream, BodyTransform, CacheRecord, RequestContext, Reply } from '@sluice/plugin-kit';

const nothing = new Uint8Array(0);

/** The answer to a request from what is stored; undefined where its body has had to make room meanwhile. */
export function replyFrom(
  head: StoredHead,
  record: CacheRecord,
  conditions: ClientConditions,
  now: number,
  isHead: boolean,
): Reply | undefined {
  const { status, headers, range } = answerFrom(head, record, conditions, now);
  if (isHead) return { status, headers, body: noBody, origin: 'upstream' };
  if (status === 304 || status === 416) return { status, headers, body: nothing, origin: 'upstream' };
  const body = record.body(range.start, range.end);
  if (body === undefined) return undefined;
  if (head.trailers.length === 0 || status === 206) return { status, headers, body, origin: 'upstream' };
  const trailers = Object.fromEntries(pairs(head.trailers));
  const { 'Content-Length': _length, ...unmeasured } = headers;
  return { status, headers: unmeasured, body: streamOf(body), trailers: () => trailers, origin: 'upstream' };
}

/** The same with its body in hand, where that is in memory; undefined where it has had to make room. */
export function held(found: Found): Found | undefined {
  const { record } = found;
  const body = record.body(0, record.bodyBytes);
  if (body === undefined) return undefined;
  // What is on disk stays there until it is read.
  if (!(body instanceof Uint8Array)) return found;
  const kept: CacheRecord = {
    head: record.head,
    bodyBytes: record.bodyBytes,
    body: (start, end) => body.subarray(start, end),
    replaceHead: (head) => record.replaceHead(head),
  };
  return { ...found, record: kept };
}

/** The body of an answer to HEAD: its length is told, and it is not read. */
const noBody: BodyStream = streamOf(nothing);

function streamOf(body: Uint8Array | AsyncIterable<Uint8Array>): BodyStream {
  return body instanceof Uint8Array ? { [Symbol.asyncIterator]: () => once(body) } : body;
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield await Promise.resolve(body);
  return undefined;
}

/** Puts a stored answer in place of what came: status and fields now, the body by the transform. */
export function substitute(
  ctx: RequestContext,
  head: StoredHead,
  record: CacheRecord,
  conditions: ClientConditions,
  now: number,
): BodyTransform {
  const { response } = ctx;
  const { status, headers, range } = answerFrom(head, record, conditions, now);
  dropReceived(ctx);
  response.status = status;
  for (const [name, value] of Object.entries(headers))
    // What a plugin has said about this answer before, it has said about this client.
    if (!response.headers.has(name.toLowerCase())) response.headers.set(name, value);
  const isEmpty = status === 304 || status === 416;
  return {
    isAtSource: true,
    // A 304 has no length, not even none.
    ...(status !== 304 && { bytesOut: range.end - range.start }),
    chunk: () => undefined,
    end: () => (isEmpty ? undefined : whole(record, range.start, range.end)),
  };
}

/** Takes out what the upstream, or the gateway in its place, has said; what plugins have added stays. */
function dropReceived({ response: { headers, received } }: RequestContext): void {
  for (const name of ['content-length', 'content-type', 'x-apisix-upstream-status']) headers.remove(name);
  for (const [name, value] of received?.headers.entries() ?? []) {
    const lower = name.toLowerCase();
    // A cookie that comes with a 304 is this client's.
    if (lower !== 'set-cookie' && headers.getAll(lower).includes(value)) headers.remove(lower);
  }
}

async function whole(record: CacheRecord, start: number, end: number): Promise<Uint8Array> {
  const body = record.body(start, end);
  if (body === undefined) throw new Error('a stored body has gone while it was being validated');
  if (body instanceof Uint8Array) return body;
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as [string, string]] : []));
}

import type { BodyTransform } from '@sluice/plugin-kit';
import type { Step, Steps } from '../pipeline/chain.ts';
import { logFailure } from '../pipeline/run-phase.ts';
import type { Exchange } from './exchange.ts';
import { type BodyFraming, commitHead } from './response-head.ts';
import { TransformPipe } from './transform-pipe.ts';

/** Up to here head and body leave as one text, which costs one write. */
const joinedBytesMax = 8192;

/** Commits the head for a body that follows piece by piece. `length` is -1 where it is not known. */
export function openBody(exchange: Exchange, announced: number): void {
  exchange.transforms = bodyTransforms(exchange);
  const { transforms } = exchange;
  const relayed = hasNoBodyToRelay(exchange) ? 0 : announced;
  const length = transforms === null ? relayed : transforms.lengthAfter(relayed);
  if (length !== announced && length >= 0) exchange.response.headers.set('Content-Length', String(length));
  const framing = framingOf(exchange, length);
  const isChanging = transforms !== null && length < 0;
  const isStale = isChanging || framing === 'chunked' || framing === 'close';
  if (isStale || exchange.response.status === 204) exchange.response.headers.remove('content-length');
  commitHead(exchange, framing);
}

/** Sends a whole answer: head and body. */
export function sendWhole(exchange: Exchange, content: string | Uint8Array): void {
  const body = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  const { headers, status } = exchange.response;
  if (status !== 204 && status !== 304) headers.set('Content-Length', String(body.length));
  openBody(exchange, body.length);
  endBody(exchange, body);
}

/** False: enough for now; the exchange's `onRoom` is called when there is room again. */
export function writeBody(exchange: Exchange, chunk: Buffer): boolean {
  if (exchange.transforms !== null) return exchange.transforms.write(chunk);
  return writeToClient(exchange, chunk);
}

/** Ends the body with a last piece, which is the whole of most bodies. */
export function endBody(exchange: Exchange, last: Buffer): void {
  if (exchange.transforms !== null) {
    exchange.transforms.write(last);
    exchange.transforms.end();
    return;
  }
  const { res } = exchange;
  exchange.bytes.sent += last.length;
  if (last.length <= joinedBytesMax) res.end(last.toString('latin1'), 'latin1');
  else res.end(last);
  watchStall(exchange);
}

/** Ends the body. Trailers are passed on to clients that asked for them. */
export function closeBody(exchange: Exchange, trailers: readonly string[]): void {
  if (trailers.length > 0) exchange.response.putTrailers(trailers);
  if (exchange.transforms !== null) exchange.transforms.end();
  else finishBody(exchange);
}

function finishBody(exchange: Exchange): void {
  const { res, scan, response } = exchange;
  const trailers = response.trailersOrNull;
  if (trailers !== null && res.chunkedEncoding && /\btrailers\b/i.test(scan.te ?? ''))
    res.addTrailers([...trailers.entries()]);
  res.end();
  watchStall(exchange);
}

function writeToClient(exchange: Exchange, chunk: Buffer): boolean {
  exchange.bytes.sent += chunk.length;
  const hasRoom = exchange.res.write(chunk);
  if (!hasRoom) exchange.res.limitStall(exchange.gateway.limits.sendTimeoutMs);
  return hasRoom;
}

/** A client that takes nothing more would keep the exchange open for ever. Node ends its connection when the time is up. */
function watchStall({ res, gateway }: Exchange): void {
  if (res.writableLength > 0) res.limitStall(gateway.limits.sendTimeoutMs);
}

/** A plugin made a HEAD of another request: the upstream tells the length of a body that never comes. */
function hasNoBodyToRelay({ req, request, response }: Exchange): boolean {
  return request.method === 'HEAD' && req.method !== 'HEAD' && response.origin === 'upstream';
}

function framingOf({ res, req, response }: Exchange, length: number): BodyFraming {
  const { status } = response;
  if (req.method === 'HEAD' || status === 204 || status === 304) return 'none';
  if (length >= 0) return 'length';
  return res.req.httpVersionMinor === 1 ? 'chunked' : 'close';
}

/** The transforms that plugins want for this body, in order; null for none. */
function bodyTransforms(exchange: Exchange): TransformPipe | null {
  const steps = [exchange.globalChain.responseBody, exchange.chain.responseBody];
  if (steps[0] === null && steps[1] === null) return null;
  const transforms = steps.flatMap((phase) => (phase === null ? [] : collect(phase, exchange)));
  if (transforms.length === 0) return null;
  if (transforms.length > 1) transforms.sort((a, b) => rankOf(a) - rankOf(b));
  return new TransformPipe(transforms, {
    write: (chunk) => writeToClient(exchange, chunk),
    end: () => finishBody(exchange),
    room: () => exchange.room(),
    onRoom: () => exchange.onRoom(),
    onError: (step, error) => {
      logFailure(step, exchange, error);
      exchange.breakOff();
    },
  });
}

function rankOf({ transform }: AttributedTransform): number {
  if (transform.isAtSource === true) return 0;
  return transform.isAtClient === true ? 2 : 1;
}

/** A plugin's transform with the step that it came from, for whom to blame. */
export interface AttributedTransform {
  readonly step: Step<unknown>;
  readonly transform: BodyTransform;
}

function collect(steps: Steps<BodyTransform | undefined>, exchange: Exchange): AttributedTransform[] {
  return steps.flatMap((step) => {
    const transform = transformOf(step, exchange);
    return transform ? [{ step, transform }] : [];
  });
}

/** A plugin that fails to make its transform must not let the body pass without it. */
function transformOf(step: Step<BodyTransform | undefined>, exchange: Exchange): BodyTransform | undefined {
  try {
    return step.run(exchange);
  } catch (error) {
    const fail = () => Promise.reject(error instanceof Error ? error : new Error(String(error)));
    return { chunk: fail, end: fail };
  }
}

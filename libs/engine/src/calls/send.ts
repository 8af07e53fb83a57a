import { type Answer, clientBody, type OutgoingRequest, SendError, type UpstreamOverrides } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import { RequestBody } from '../http/request-body.ts';
import { UpstreamCall } from '../upstream/upstream-call.ts';
import type { UpstreamTarget } from '../upstream/upstream-target.ts';
import { AnswerStream } from './answer-stream.ts';
import { IterableSource } from './iterable-source.ts';
import { OutgoingContext } from './outgoing-context.ts';
import { targetOf } from './upstream-handle.ts';

/** Sends a plugin's request; see `RequestContext.send`. */
export async function send(exchange: Exchange, wanted: OutgoingRequest): Promise<Answer> {
  if (exchange.isRehearsal) throw new SendError('NOT_SENT', 503, 'The request is only explained: nothing is sent.');
  if (exchange.isOver && wanted.isDetached !== true) throw new SendError('REQUEST_ENDED', 499, 'The exchange is over.');
  const target = withOverrides(chosenTarget(exchange, wanted), wanted);
  const sink = new AnswerStream();
  const { body, close } = bodyOf(exchange, wanted, (error) => fail(error));
  const context = new OutgoingContext(exchange, wanted, body);
  const call = new UpstreamCall(context, target, sink);
  sink.from(call);
  const abort = (): void => {
    sink.discard();
    close?.();
  };
  const fail = (error: unknown): void => {
    call.abort();
    sink.fail('BODY_FAILED', 500, `The body of a request failed: ${String(error)}.`);
  };
  if (wanted.isDetached !== true) exchange.attach(call, { abort });
  wanted.signal?.addEventListener('abort', abort, { once: true });
  if (wanted.signal?.aborted) abort();
  else call.start();
  return sink.answered;
}

function chosenTarget(exchange: Exchange, { upstream }: OutgoingRequest): UpstreamTarget {
  const target = upstream === undefined ? exchange.target : targetOf(upstream);
  if (target === null) throw new SendError('UPSTREAM_UNKNOWN', 503, 'There is no such upstream, or it has no nodes.');
  return target;
}

/** The target with what does not hold for this request replaced. */
export function withOverrides(target: UpstreamTarget, { timeouts, retries }: UpstreamOverrides): UpstreamTarget {
  if (timeouts === undefined && retries === undefined) return target;
  return {
    ...target,
    timeouts: { ...target.timeouts, ...timeouts },
    runtime: retries === undefined ? target.runtime : { ...target.runtime, retries },
  };
}

interface OutgoingBody {
  readonly body: RequestBody | null;
  readonly close?: () => void;
}

function bodyOf({ request }: Exchange, { body }: OutgoingRequest, onFailure: (error: unknown) => void): OutgoingBody {
  if (body === undefined || body === null) return { body: null };
  if (body === clientBody) return { body: request.body };
  if (typeof body === 'string') return { body: RequestBody.of(Buffer.from(body)) };
  if (body instanceof Uint8Array)
    return { body: RequestBody.of(Buffer.from(body.buffer, body.byteOffset, body.length)) };
  if (!(Symbol.asyncIterator in body)) throw new TypeError('This is no body.');
  const source = new IterableSource(body, onFailure);
  return { body: new RequestBody(source, -1), close: () => source.close() };
}

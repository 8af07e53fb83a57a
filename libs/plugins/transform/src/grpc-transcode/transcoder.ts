import {
  type BodyTransform,
  type Hooks,
  type Log,
  type MaybeReply,
  type Reply,
  reply,
  type RequestContext,
} from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { decodeMessage } from './decode.ts';
import { encodeMessage, UnfitValue } from './encode.ts';
import { framed, messageOf } from './frame.ts';
import { errorBody, httpStatusOf } from './grpc-error.ts';
import { findMethod, type GrpcMethod } from './method.ts';
import { type NoValues, requestValues } from './request-values.ts';
import type { grpcTranscodeSchema } from './schema.ts';

const METHOD = Symbol('method that was called');
const notThere = reply(503);
const unfit = reply(400);
const tooLong = reply(413);
const undecodable = 'failed to decode response data by protobuf';

/** A proto as it was written. There is another one as soon as it changes. */
export interface ProtoText {
  readonly content: unknown;
}

/** The hooks of a transcoder, of which the first decides whether there is anything to do for the others. */
export type Transcoder = Required<Pick<Hooks, 'access' | 'responseHeader' | 'responseBody'>>;

/** The values of a request become a message, the message of the answer becomes JSON. */
export function transcoder(config: Config, proto: () => ProtoText | undefined, log: Log): Transcoder {
  const { max_resp_body_size: bytesMax, show_status_in_body: showsStatus } = config;
  const method = methodOf(config, proto);
  const call = caller(config, log);

  return {
    access(ctx): MaybeReply {
      const called = method();
      if (called === undefined || typeof called === 'string') {
        const error = called ?? `there is no proto ${config.proto_id}`;
        log.error('a method of gRPC cannot be called', { error, request: ctx.id });
        return notThere;
      }
      const values = requestValues(ctx.request);
      return values instanceof Promise ? values.then((read) => call(ctx, called, read)) : call(ctx, called, values);
    },
    responseHeader(ctx) {
      const { state, response } = ctx;
      if (!state.has(METHOD)) return;
      // Answers that are none of gRPC, and the gateway's own, stay as they are.
      if (response.origin !== 'upstream' || response.status >= 300) return void state.delete(METHOD);
      response.headers.remove('content-length');
      response.headers.set('Content-Type', 'application/json');
      response.headers.set('Trailer', ['grpc-status', 'grpc-message']);
      const grpcStatus = response.headers.get('grpc-status');
      if (isError(grpcStatus)) response.status = httpStatusOf(grpcStatus);
    },
    responseBody({ state, response, id }) {
      const called = state.get(METHOD) as GrpcMethod | undefined;
      if (called === undefined) return undefined;
      const details = { form: called.form, plan: called.detail };
      if (isError(response.headers.get('grpc-status')))
        return replaced(() => (showsStatus ? errorBody(response.headers, details) : ''));
      return collected(bytesMax, (body) => {
        // The status came behind the body, when that of HTTP had gone: here it can still be told.
        if (isError(response.trailers.get('grpc-status'))) return errorBody(response.trailers, details);
        const json = shown(called, body);
        if (json === undefined) log.error('an answer of gRPC cannot be read', { method: config.method, request: id });
        return json ?? undecodable;
      });
    },
  };
}

/** The method as long as the proto stays. What is wrong with one is kept as well: it is not read again for every request. */
function methodOf(config: Config, proto: () => ProtoText | undefined): () => GrpcMethod | string | undefined {
  let read: ProtoText | undefined;
  let method: GrpcMethod | string | undefined;
  return () => {
    const text = proto();
    if (text === read) return method;
    method = text && findMethod(text.content, config);
    read = text;
    return method;
  };
}

type Values = Readonly<Record<string, unknown>> | NoValues;
type Config = PluginConfigOf<typeof grpcTranscodeSchema>;

/** Makes what turns a request into a call of gRPC, or refuses it. */
function caller({ service, method, deadline }: Config, log: Log) {
  const path = `/${service}/${method}`;
  const timeout = timeoutField(deadline);
  return (ctx: RequestContext, called: GrpcMethod, values: Values): Reply | undefined => {
    if (values === 'too long') return tooLong;
    if (values === 'unreadable') return unfit;
    const { request } = ctx;
    try {
      request.setBody(framed(encodeMessage(called.input, values as Readonly<Record<string, unknown>>)));
    } catch (error) {
      if (!(error instanceof UnfitValue)) throw error;
      log.warn('a request does not fit its message', { error: error.message, request: ctx.id });
      return unfit;
    }
    request.method = 'POST';
    request.path = path;
    request.query = '';
    for (const name of ['content-encoding', 'grpc-encoding', 'grpc-accept-encoding']) request.headers.remove(name);
    request.headers.set('Content-Type', 'application/grpc');
    request.headers.set('TE', 'trailers');
    if (timeout !== undefined) request.headers.set('grpc-timeout', timeout);
    ctx.state.set(METHOD, called);
    return undefined;
  };
}

function shown({ output, form }: GrpcMethod, body: Uint8Array | null): string | undefined {
  const message = body === null ? undefined : messageOf(body);
  if (message === undefined) return undefined;
  try {
    return JSON.stringify(decodeMessage(output, message, form));
  } catch {
    return undefined;
  }
}

function isError(grpcStatus: string | undefined): grpcStatus is string {
  return grpcStatus !== undefined && grpcStatus !== '0';
}

/** Milliseconds as gRPC writes a timeout: at most eight digits and a unit. */
function timeoutField(deadlineMs: number): string | undefined {
  const ms = Math.ceil(deadlineMs);
  if (!(ms > 0)) return undefined;
  return ms < 1e8 ? `${ms}m` : `${Math.min(Math.ceil(ms / 1000), 99_999_999)}S`;
}

function replaced(text: () => string): BodyTransform {
  return { chunk: () => undefined, end: () => Buffer.from(text()) };
}

/** Waits for the whole body; a longer one than may be held is null. */
function collected(bytesMax: number, change: (body: Uint8Array | null) => string): BodyTransform {
  let held: Uint8Array[] = [];
  let size = 0;
  return {
    chunk(data) {
      size += data.length;
      if (size > bytesMax) held = [];
      else held.push(data);
      return undefined;
    },
    end: () => Buffer.from(change(size > bytesMax ? null : Buffer.concat(held))),
  };
}

import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, type HandledRequest, SendError } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import { HeaderList } from '../http/header-list.ts';
import { readAll } from './answer-stream.ts';
import { type ConnectionOrigin, memoryConnection } from './memory-connection.ts';

const defaultTimeoutMs = 30_000;
/** A plugin whose sub-requests come back to itself would never end. */
const depthMax = 4;

/** Sends a request through the gateway itself; see `RequestContext.handle`. */
export function handle(exchange: Exchange, wanted: HandledRequest): Promise<Answer> {
  const { peer, gateway } = exchange;
  const depth = (peer.inner?.depth ?? 0) + 1;
  if (depth > depthMax) {
    return Promise.reject(new SendError('TOO_DEEP', 508, 'Requests within requests are nested too deep.'));
  }
  const origin: ConnectionOrigin = {
    remoteAddress: exchange.remoteAddr,
    remotePort: peer.port,
    localAddress: peer.localAddress,
    localPort: peer.localPort,
    isEncrypted: peer.scheme === 'https',
    tls: peer.tls,
    depth,
    trace: null,
  };
  return dispatch(
    gateway,
    origin,
    { ...wanted, headers: { host: exchange.hostView.raw, ...wanted.headers } },
    exchange.signal,
  );
}

/** Whoever takes connections as if they had come by the network. */
export interface ConnectionTaker {
  /** Serves HTTP/1.1 on a connection that is no socket. */
  takeConnection(connection: Duplex): void;
}

/** Sends a request over a connection in memory: what comes out went through everything that a client's request does. */
export function dispatch(
  taker: ConnectionTaker,
  origin: ConnectionOrigin,
  wanted: HandledRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const [near, far] = memoryConnection(origin);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options: RequestOptions = {
    method: wanted.method ?? 'GET',
    path: wanted.target,
    headers: wanted.headers as NonNullable<RequestOptions['headers']>,
    createConnection: () => near,
    signal,
  };
  const began = performance.now();
  const request = httpRequest(options, (message) =>
    resolve(new HandledAnswer(message, request, performance.now() - began)),
  );
  const timer = setTimeout(() => request.destroy(new Error('no answer in time')), wanted.timeoutMs ?? defaultTimeoutMs);
  request.on('close', () => {
    clearTimeout(timer);
    // Nothing but an answer counts: what a CONNECT opens, or an upgrade, is nobody's here.
    reject(new SendError('REQUEST_FAILED', 502, 'the connection ended without an answer'));
  });
  request.on('error', (error) => reject(new SendError('REQUEST_FAILED', 502, error.message)));
  taker.takeConnection(far);
  request.end(wanted.body ?? undefined);
  return promise;
}

class HandledAnswer implements Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly date: string | undefined;
  readonly node = '';
  readonly headMs: number;
  readonly #message: IncomingMessage;
  readonly #request: ClientRequest;

  constructor(message: IncomingMessage, request: ClientRequest, headMs: number) {
    this.status = message.statusCode ?? 0;
    this.headers = new HeaderList(message.rawHeaders);
    this.date = message.headers.date;
    this.headMs = headMs;
    this.#message = message;
    this.#request = request;
    // An answer that breaks off is told to whoever reads it; without a reader it must not end the process.
    message.on('error', () => {});
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#message;
  }

  get trailers(): HeaderList {
    return new HeaderList(this.#message.rawTrailers);
  }

  read(bytesMax: number): Promise<Uint8Array | null> {
    return readAll(this.body, bytesMax);
  }

  discard(): void {
    this.#request.destroy();
  }
}

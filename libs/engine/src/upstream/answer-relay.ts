import type { GatewayError } from '@sluice/errors';
import { type MaybeReply, type Reply, reply } from '@sluice/plugin-kit';
import { closeBody, endBody, openBody, writeBody } from '../http/client-body.ts';
import type { Exchange } from '../http/exchange.ts';
import { respond, runResponseHeader, sendBroken } from '../http/respond.ts';
import { ResponseMessage } from '../http/response-message.ts';
import { runPhase } from '../pipeline/run-phase.ts';
import type { AnswerSink, Pausable } from './answer-sink.ts';
import { connectionLine } from './connection-lines.ts';
import type { ResponseHead } from './response-head.ts';
import { tunnelTo } from './tunnel.ts';

/** `treating`: plugins are at the head; `ready`: the head may go out, but waits for the first of the body. */
type Progress = 'none' | 'treating' | 'ready' | 'flowing' | 'ended';

const empty = Buffer.alloc(0);
const internalError = reply(500);

/** Brings an answer from an upstream to the client, at the client's pace. */
export class AnswerRelay implements AnswerSink {
  readonly #exchange: Exchange;
  #connection: Pausable | null = null;
  #progress: Progress = 'none';
  #length = -1;
  #first: Buffer | null = null;
  /** More than the first chunk, while plugins are at the head. */
  #held: Buffer[] | null = null;
  #trailers: readonly string[] | null = null;
  isClientFull = false;

  readonly switchProtocols: AnswerSink['switchProtocols'];
  readonly connectionLine: string;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    const { tunnel } = exchange.req;
    const isWebSocketRoute = exchange.bound?.allowsWebSocket ?? false;
    const mayTunnel = tunnel && isWebSocketRoute;
    this.connectionLine = isWebSocketRoute ? connectionLine(exchange.scan.connection) : '';
    this.switchProtocols = mayTunnel ? (head, taken, ms) => tunnelTo(exchange, tunnel, head, taken, ms) : undefined;
  }

  get isBegun(): boolean {
    return this.#progress !== 'none';
  }

  /** The plugins' last phase before the upstream, again for each try. */
  beforeSend(): MaybeReply {
    const { globalChain, chain } = this.#exchange;
    if (globalChain.beforeProxy === null && chain.beforeProxy === null) return this.#unsendable();
    const first = runPhase(globalChain.beforeProxy, this.#exchange);
    const last =
      first instanceof Promise
        ? first.then((answer) => answer ?? runPhase(chain.beforeProxy, this.#exchange))
        : (first ?? runPhase(chain.beforeProxy, this.#exchange));
    return last instanceof Promise ? last.then((answer) => answer ?? this.#unsendable()) : (last ?? this.#unsendable());
  }

  /** A line break in what a plugin made of a path would begin another request to the upstream. */
  #unsendable(): Reply | undefined {
    const { request, gateway, id } = this.#exchange;
    if (request.isSendable) return undefined;
    gateway.log.error('a plugin made a malformed request line', { request_id: id });
    return internalError;
  }

  reply(answer: Reply): void {
    respond(this.#exchange, answer);
  }

  giveUp(error: GatewayError, statuses: readonly number[]): void {
    const { status, source } = error;
    const headers = status >= 500 && statuses.length > 0 ? { 'X-APISIX-Upstream-Status': statuses.join(', ') } : {};
    if (source === 'client') this.#exchange.res.shouldKeepAlive = false;
    respond(this.#exchange, reply(status, null, headers), 'proxy-error');
  }

  begin(head: ResponseHead, statuses: readonly number[], connection: Pausable): void {
    const exchange = this.#exchange;
    exchange.response = new ResponseMessage(head.status, head.reason, head.fields, 'upstream', head);
    exchange.isAnswered = true;
    if (head.status >= 500) exchange.response.headers.set('X-APISIX-Upstream-Status', statuses.join(', '));
    this.#connection = connection;
    this.#length = head.contentLength;
    const hasObservers = exchange.globalChain.responseHeader !== null || exchange.chain.responseHeader !== null;
    const isSound = hasObservers ? runResponseHeader(exchange) : true;
    if (typeof isSound === 'boolean') return this.#treated(isSound);
    this.#progress = 'treating';
    connection.pause();
    void isSound.then((sound) => this.#resumeTreated(sound));
  }

  body(chunk: Buffer): void {
    if (this.#progress === 'flowing') this.#write(chunk);
    else if (this.#first === null) this.#first = chunk;
    else (this.#held ??= []).push(chunk);
  }

  flush(): void {
    if (this.#progress !== 'ready') return;
    this.#progress = 'flowing';
    openBody(this.#exchange, this.#length);
    if (this.#first !== null) this.#write(this.#first);
    for (const chunk of this.#held ?? []) this.#write(chunk);
    // An answer may be slow to begin its body; its head does not wait for it.
    if (this.#first === null) this.#exchange.res.flushHeaders();
  }

  complete(trailers: readonly string[]): void {
    this.#trailers = trailers;
    if (this.#progress !== 'treating') this.#end();
  }

  onClientRoom(): void {
    if (!this.isClientFull) return;
    this.isClientFull = false;
    this.#connection?.resume();
  }

  /** A clean end would make half an answer look whole. */
  breakOff(): void {
    this.#progress = 'ended';
    this.#connection = null;
    this.#exchange.breakOff();
  }

  #treated(isSound: boolean): void {
    this.#progress = 'ready';
    if (isSound) return;
    this.#progress = 'ended';
    sendBroken(this.#exchange);
  }

  #resumeTreated(isSound: boolean): void {
    if (this.#progress !== 'treating') return;
    this.#treated(isSound);
    this.#connection?.resume();
    if (this.#trailers !== null) this.#end();
    else this.flush();
  }

  /** A whole answer that fits in what was read at once goes out in one write. */
  #end(): void {
    if (this.#progress === 'ready' && this.#held === null && this.#trailers?.length === 0) {
      openBody(this.#exchange, this.#length);
      endBody(this.#exchange, this.#first ?? empty);
    } else if (this.#progress !== 'ended') {
      this.flush();
      closeBody(this.#exchange, this.#trailers ?? []);
    }
    this.#progress = 'ended';
    this.#connection = null;
  }

  #write(chunk: Buffer): void {
    if (this.#progress !== 'flowing' || writeBody(this.#exchange, chunk) || this.isClientFull) return;
    this.isClientFull = true;
    this.#connection?.pause();
  }
}

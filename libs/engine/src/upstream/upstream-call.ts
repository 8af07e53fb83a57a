import type { GatewayError } from '@sluice/errors';
import type { MaybeReply } from '@sluice/plugin-kit';
import type { BodyTarget } from '../http/request-body.ts';
import type { WatchedTry } from '../balancer/try-watch.ts';
import type { AnswerSink, CallContext } from './answer-sink.ts';
import { http2RequestHead } from './http2-head.ts';
import { closeLine, upgradeLines } from './connection-lines.ts';
import { logBreakOff, logFailure } from './log-failure.ts';
import { hostFor, requestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { isUnsent, lossError, mayRepeat, untriableError, wasStale } from './retry-rules.ts';
import { upstreamErrors } from './upstream.errors.ts';
import type { ConnectionUser, LossReason, OutgoingRequest, UpstreamConnection } from './upstream-connection.ts';
import type { UpstreamNode } from './upstream-node.ts';
import { nameOf } from './upstream-socket.ts';
import type { UpstreamTarget } from './upstream-target.ts';

/** Sends a request to an upstream, to one node after the other where one fails, until a node answers. */
export class UpstreamCall implements ConnectionUser, BodyTarget, OutgoingRequest {
  /** The node that answered or was tried last. */
  node: UpstreamNode | null = null;
  /** The status that each try ended with. */
  readonly statuses: number[] = [];
  /** Milliseconds from the beginning until an answer's head; -1 before. */
  headerMs = -1;
  /** Milliseconds that the connection took to open on which the answer came: 0 for a kept one; -1 before. */
  connectMs = -1;
  /** Length of the answer's body so far. */
  bodyBytes = 0;
  readonly #exchange: CallContext;
  readonly #target: UpstreamTarget;
  readonly #sink: AnswerSink;
  readonly #beganMs = performance.now();
  #connection: UpstreamConnection | null = null;
  #tried: UpstreamNode[] | null = null;
  /** The try that is under way, where the upstream wants to know of it. */
  #try: WatchedTry | null = null;
  /** The next try is on the same node, because a kept connection had gone stale. */
  #isSecondChance = false;
  #switching: ResponseHead | null = null;
  #isRequestSent = false;
  #isUpstreamFull = false;
  #isDone = false;

  constructor(exchange: CallContext, target: UpstreamTarget, sink: AnswerSink) {
    this.#exchange = exchange;
    this.#target = target;
    this.#sink = sink;
  }

  get target(): UpstreamTarget {
    return this.#target;
  }

  /** The nodes of all tries, the last one last. */
  get triedNodes(): readonly UpstreamNode[] {
    const tried = this.#tried ?? [];
    return this.node === null || tried.length === this.statuses.length ? tried : [...tried, this.node];
  }

  /** Chooses a node and sends the request to it. */
  start(): void {
    const { retryTimeoutMs, nodes } = this.#target.runtime;
    const isLate = this.#tried !== null && retryTimeoutMs > 0 && performance.now() - this.#beganMs >= retryTimeoutMs;
    if (isLate) return this.#giveUp(upstreamErrors.UPSTREAM_RETRY_TIMEOUT());
    if (nodes.length === 0) return this.#giveUp(upstreamErrors.UPSTREAM_EMPTY());
    const node = this.#pick();
    if (node === null) return this.#noneLeft();
    this.node = node;
    const address = this.#exchange.gateway.resolver.next(node.host);
    if (address instanceof Promise) void address.then((found) => this.#prepare(node, found));
    else this.#prepare(node, address);
  }

  #noneLeft(): void {
    if (this.#tried !== null) return this.#giveUp(upstreamErrors.UPSTREAM_EXHAUSTED());
    const { gateway } = this.#exchange;
    void untriableError(this.#target.runtime.nodes, gateway.resolver).then((error) => {
      if (!this.#isDone) this.#giveUp(error);
    });
  }

  #pick(): UpstreamNode | null {
    const { balancer, nodes, watch } = this.#target.runtime;
    // A node that was found down meanwhile gets no second chance.
    if (this.#isSecondChance && this.node !== null && balancer.serves(this.node)) return this.node;
    // A single node is tried again; of several, none twice.
    const node = balancer.pick(nodes.length === 1 ? null : this.#tried, this.#exchange);
    if (watch === null || node === null) return node;
    this.#try?.end();
    this.#try = watch.begin(node);
    return node;
  }

  /** The exchange is over: whatever is under way upstream ends. */
  abort(): void {
    // A node carries a tunnel until that ends.
    this.#try?.end();
    if (this.#isDone) return;
    this.#finish();
    this.#connection?.destroy();
    this.#connection = null;
  }

  get isHeadOnly(): boolean {
    return this.#exchange.request.method === 'HEAD';
  }

  get isUpgrade(): boolean {
    return this.#sink.switchProtocols !== undefined && !this.#target.transport.isHttp2;
  }

  get bodyLength(): number {
    return this.#exchange.request.body?.contentLength ?? 0;
  }

  get isLast(): boolean {
    return this.#sink.connectionLine === closeLine && !this.isUpgrade;
  }

  http1Head(): string {
    const lines = this.isUpgrade ? upgradeLines : (this.#sink.connectionLine ?? '');
    return requestHead(this.#exchange, this.#target.runtime, this.node as UpstreamNode, lines);
  }

  http2Head(): string[] {
    return http2RequestHead(this.#exchange, this.#target, this.node as UpstreamNode);
  }

  onClientRoom(): void {
    this.#sink.onClientRoom();
  }

  onRequestChunk(chunk: Buffer): boolean {
    if (this.#connection === null) return false;
    const hasRoom = this.#connection.write(chunk);
    this.#isUpstreamFull = !hasRoom;
    return hasRoom;
  }

  onRequestEnd(): void {
    this.#connection?.end(this.#exchange.request.body?.trailers ?? []);
    this.#isRequestSent = true;
    this.#connection?.allowSilence(this.#target.timeouts, false);
  }

  /** The client has a limit of its own, until there is an answer. */
  get isAwaitingClient(): boolean {
    return this.#isStarved && this.#exchange.request.clientBody?.isAwaited === true;
  }

  get #isStarved(): boolean {
    return !(this.#isRequestSent || this.#isUpstreamFull);
  }

  onRoom(): void {
    this.#isUpstreamFull = false;
    if (!this.#isRequestSent) this.#exchange.request.body?.resume();
  }

  onHead(head: ResponseHead): void {
    if (this.#connection === null) return;
    this.headerMs = performance.now() - this.#beganMs;
    this.connectMs = this.#connection.connectMs;
    this.statuses.push(head.status);
    this.#exchange.trace?.tried(this.node, head.status, null, this.headerMs);
    this.#try?.answered(head.status);
    if (head.status === 101) this.#switching = head;
    else this.#sink.begin(head, this.statuses, this.#connection);
  }

  onBody(chunk: Buffer): void {
    this.bodyBytes += chunk.length;
    this.#sink.body(chunk);
  }

  onFlush(): void {
    if (this.#switching === null) this.#sink.flush();
    else this.#switchProtocols(this.#switching);
  }

  onComplete(trailers: readonly string[]): void {
    const connection = this.#connection;
    this.#finish();
    this.#sink.complete(trailers);
    this.#connection = null;
    connection?.release(this.#isRequestSent);
  }

  onLost(reason: LossReason, detail: string): void {
    const connection = this.#connection;
    this.#connection = null;
    if (this.#isDone) return;
    if (this.#sink.isBegun) return this.#breakOff(reason, detail);
    this.#exchange.request.body?.detach();
    if (this.#deservesSecondChance(reason, connection)) {
      this.#isSecondChance = true;
      return this.start();
    }
    // What a client can bring about with any node must not count against one.
    if (reason === 'tls-failed' && this.#target.runtime.passHost === 'pass') this.#try?.end();
    const isLate = reason === 'silent' && this.#isStarved;
    const error = isLate ? upstreamErrors.CLIENT_BODY_TIMEOUT(detail) : lossError(reason, detail);
    if (error.source === 'client') return this.#giveUp(error);
    this.#failed(error, isUnsent(reason) || mayRepeat(this.#exchange.request));
  }

  /** The upstream has agreed: from here on the connection is not HTTP's. */
  #switchProtocols(head: ResponseHead): void {
    const connection = this.#connection;
    if (head.upgrade !== 'websocket') {
      connection?.destroy();
      return this.onLost('protocol', 'switched to a protocol that nobody asked for');
    }
    this.#finish(true);
    this.#connection = null;
    const taken = connection?.takeSocket();
    if (taken) this.#sink.switchProtocols?.(head, taken, this.#target.timeouts.readMs);
  }

  #deservesSecondChance(reason: LossReason, connection: UpstreamConnection | null): boolean {
    return !this.#isSecondChance && wasStale(reason, connection, this.#exchange.request);
  }

  #prepare(node: UpstreamNode, address: string | undefined): void {
    if (this.#isDone) return;
    if (address === undefined) return this.#failed(upstreamErrors.UPSTREAM_UNRESOLVED(node.host), true);
    this.#afterPlugins(this.#sink.beforeSend(), node, address);
  }

  #afterPlugins(answer: MaybeReply, node: UpstreamNode, address: string): void {
    if (answer instanceof Promise) void answer.then((settled) => this.#afterPlugins(settled, node, address));
    else if (this.#isDone) return;
    else if (answer === undefined) this.#send(node, address);
    else {
      this.#finish();
      this.#sink.reply(answer);
    }
  }

  #send(node: UpstreamNode, address: string): void {
    const { request, gateway } = this.#exchange;
    const { runtime, timeouts, transport, pools } = this.#target;
    const serverName = transport.tls === null ? '' : nameOf(hostFor(this.#exchange, runtime, node));
    const known = pools.find(node, address);
    const pool = known ?? pools.keep(node, address, gateway.pools.pool(transport, address, node.port, runtime.pool));
    const connection = pool.acquire(serverName, this.#isSecondChance, timeouts.connectMs);
    this.#connection = connection;
    this.#isRequestSent = request.body === null;
    connection.begin(this, this);
    connection.allowSilence(timeouts, !this.#isRequestSent);
    request.body?.sendTo(this);
  }

  /** One try is lost: the next node, where the rules and the request allow it. */
  #failed(error: GatewayError, isRepeatable: boolean): void {
    this.#isSecondChance = false;
    this.statuses.push(error.status);
    this.#exchange.trace?.tried(this.node, error.status, error, performance.now() - this.#beganMs);
    this.#try?.failed(error.status);
    if (this.node !== null) (this.#tried ??= []).push(this.node);
    if (!error.isRetryable || !isRepeatable || !this.#hasTriesLeft) return this.#giveUp(error);
    logFailure(this.#exchange, this.node, error, 'trying another node');
    this.start();
  }

  get #hasTriesLeft(): boolean {
    const { body } = this.#exchange.request;
    return body?.isReplayable !== false && (this.#tried?.length ?? 0) <= this.#target.runtime.retries;
  }

  #giveUp(error: GatewayError): void {
    this.#finish();
    logFailure(this.#exchange, this.node, error, 'giving up');
    if (this.statuses.at(-1) !== error.status && error.source === 'upstream') this.statuses.push(error.status);
    this.#sink.giveUp(error, this.statuses);
  }

  /** The answer breaks off in the middle, and so must the client's: a clean end would make half an answer look whole. */
  #breakOff(reason: LossReason, detail: string): void {
    const blame =
      this.#sink.isClientFull && reason === 'silent' ? 'the client stopped reading' : 'the upstream broke off';
    if (!this.#sink.isClientFull) this.#try?.failed(lossError(reason, detail).status);
    this.#finish();
    logBreakOff(this.#exchange, this.node, blame, detail);
    this.#sink.breakOff(detail);
  }

  #finish(goesOn = false): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (!goesOn) this.#try?.end();
    this.#exchange.request.body?.detach();
    this.#exchange.times.upstreamMs = performance.now() - this.#beganMs;
  }
}

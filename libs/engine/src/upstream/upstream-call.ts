import type { GatewayError } from '@sluice/errors';
import { type MaybeReply, reply } from '@sluice/plugin-kit';
import type { Exchange } from '../http/exchange.ts';
import type { BodyTarget } from '../http/request-body.ts';
import { respond } from '../http/respond.ts';
import { runPhase } from '../pipeline/run-phase.ts';
import { AnswerRelay } from './answer-relay.ts';
import { requestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { isIdempotent, isUnsent, lossError } from './retry-rules.ts';
import { upstreamErrors } from './upstream.errors.ts';
import type { ConnectionUser, LossReason, UpstreamConnection } from './upstream-connection.ts';
import type { UpstreamNode } from './upstream-node.ts';
import type { UpstreamTarget } from './upstream-target.ts';

/** Sends a request to an upstream, to one node after the other where one fails, until a node answers. */
export class UpstreamCall implements ConnectionUser, BodyTarget {
  /** The node that answered or was tried last. */
  node: UpstreamNode | null = null;
  /** The status that each try ended with. */
  readonly statuses: number[] = [];
  /** Milliseconds from the beginning until an answer's head; -1 before. */
  headerMs = -1;
  readonly #exchange: Exchange;
  readonly #target: UpstreamTarget;
  readonly #relay: AnswerRelay;
  readonly #beganMs = performance.now();
  #connection: UpstreamConnection | null = null;
  #tried: UpstreamNode[] | null = null;
  /** The next try is on the same node, because a kept connection had gone stale. */
  #isSecondChance = false;
  #isRequestSent = false;
  #isUpstreamFull = false;
  #isDone = false;

  constructor(exchange: Exchange, target: UpstreamTarget) {
    this.#exchange = exchange;
    this.#target = target;
    this.#relay = new AnswerRelay(exchange);
  }

  get target(): UpstreamTarget {
    return this.#target;
  }

  /** Chooses a node and sends the request to it. */
  start(): void {
    const { balancer, retryTimeoutMs, nodes } = this.#target.runtime;
    const isLate = this.#tried !== null && retryTimeoutMs > 0 && performance.now() - this.#beganMs >= retryTimeoutMs;
    if (isLate) return this.#giveUp(upstreamErrors.UPSTREAM_RETRY_TIMEOUT());
    if (nodes.length === 0) return this.#giveUp(upstreamErrors.UPSTREAM_EMPTY());
    // A single node is tried again; of several, none twice.
    const node = this.#isSecondChance ? this.node : balancer.pick(nodes.length === 1 ? null : this.#tried);
    if (node === null) return this.#giveUp(upstreamErrors.UPSTREAM_EXHAUSTED());
    this.node = node;
    const addresses = this.#exchange.gateway.resolver.resolve(node.host);
    if (addresses instanceof Promise) void addresses.then((found) => this.#prepare(node, found));
    else this.#prepare(node, addresses);
  }

  /** The exchange is over: whatever is under way upstream ends. */
  abort(): void {
    if (this.#isDone) return;
    this.#finish();
    this.#connection?.destroy();
    this.#connection = null;
  }

  onClientRoom(): void {
    this.#relay.onClientRoom();
  }

  onRequestChunk(chunk: Buffer): boolean {
    const connection = this.#connection;
    if (connection === null) return false;
    const isChunked = this.#exchange.request.body?.contentLength === -1;
    if (isChunked) connection.write(`${chunk.length.toString(16)}\r\n`);
    let hasRoom = connection.write(chunk);
    if (isChunked) hasRoom = connection.write('\r\n');
    this.#isUpstreamFull = !hasRoom;
    return hasRoom;
  }

  onRequestEnd(): void {
    if (this.#exchange.request.body?.contentLength === -1) this.#connection?.write('0\r\n\r\n');
    this.#isRequestSent = true;
    this.#connection?.allowSilence(this.#target.timeouts, false);
  }

  onRoom(): void {
    this.#isUpstreamFull = false;
    if (!this.#isRequestSent) this.#exchange.request.body?.resume();
  }

  onHead(head: ResponseHead): void {
    if (this.#connection === null) return;
    this.headerMs = performance.now() - this.#beganMs;
    this.statuses.push(head.status);
    this.#relay.begin(head, this.statuses, this.#connection);
  }

  onBody(chunk: Buffer): void {
    this.#relay.body(chunk);
  }

  onFlush(): void {
    this.#relay.flush();
  }

  onComplete(trailers: readonly string[]): void {
    const connection = this.#connection;
    this.#finish();
    this.#relay.complete(trailers);
    this.#connection = null;
    connection?.release(this.#isRequestSent);
  }

  onLost(reason: LossReason, detail: string): void {
    const connection = this.#connection;
    this.#connection = null;
    if (this.#isDone) return;
    if (this.#relay.isBegun) return this.#breakOff(reason, detail);
    this.#exchange.request.body?.detach();
    if (this.#wasStale(reason, connection)) {
      this.#isSecondChance = true;
      return this.start();
    }
    const isClientSlow = reason === 'silent' && !this.#isRequestSent && !this.#isUpstreamFull;
    if (isClientSlow) return this.#giveUp(upstreamErrors.CLIENT_BODY_TIMEOUT(detail));
    this.#failed(lossError(reason, detail), isUnsent(reason) || this.#mayRepeat);
  }

  /** A kept connection that the upstream closed just now: it gave no sign of having seen the request. */
  #wasStale(reason: LossReason, connection: UpstreamConnection | null): boolean {
    const isUntouched = connection !== null && connection.requests > 1 && connection.bytesRead === 0;
    return reason === 'closed' && isUntouched && !this.#isSecondChance && this.#mayRepeat;
  }

  /** Whether the request may be sent again although the upstream may have seen it. */
  get #mayRepeat(): boolean {
    const { request } = this.#exchange;
    return isIdempotent(request.method) && (request.body?.isReplayable ?? true);
  }

  #prepare(node: UpstreamNode, addresses: readonly string[]): void {
    if (this.#isDone) return;
    const address = addresses[this.#exchange.peer.requests % addresses.length];
    if (address === undefined) return this.#failed(upstreamErrors.UPSTREAM_UNRESOLVED(node.host), true);
    const { globalChain, chain } = this.#exchange;
    if (globalChain.beforeProxy === null && chain.beforeProxy === null) return this.#send(node, address);
    const first = runPhase(globalChain.beforeProxy, this.#exchange);
    const answer = first ?? runPhase(chain.beforeProxy, this.#exchange);
    this.#afterPlugins(answer, node, address, first instanceof Promise);
  }

  #afterPlugins(answer: MaybeReply, node: UpstreamNode, address: string, owesChain: boolean): void {
    if (answer instanceof Promise) {
      const { chain } = this.#exchange;
      const rest = owesChain ? answer.then((first) => first ?? runPhase(chain.beforeProxy, this.#exchange)) : answer;
      void rest.then((settled) => this.#afterPlugins(settled, node, address, false));
    } else if (this.#isDone) return;
    else if (answer === undefined) this.#send(node, address);
    else {
      this.#finish();
      respond(this.#exchange, answer);
    }
  }

  #send(node: UpstreamNode, address: string): void {
    const { request, gateway } = this.#exchange;
    const { runtime, timeouts } = this.#target;
    const { connectMs } = timeouts;
    const connection = gateway.pools.acquire(address, node.port, runtime.pool, connectMs, this.#isSecondChance);
    this.#connection = connection;
    this.#isRequestSent = request.body === null;
    connection.begin(this, request.method === 'HEAD');
    connection.allowSilence(timeouts, !this.#isRequestSent);
    const head = requestHead(this.#exchange, runtime, node);
    if (request.body === null) connection.write(head);
    else {
      connection.cork();
      connection.write(head);
      request.body.sendTo(this);
      // A small body that came with its head is handed over in the next tick, and leaves in the same packet.
      process.nextTick(uncork, connection);
    }
  }

  /** One try is lost: the next node, where the rules and the request allow it. */
  #failed(error: GatewayError, isRepeatable: boolean): void {
    this.#isSecondChance = false;
    this.statuses.push(error.status);
    if (this.node !== null) (this.#tried ??= []).push(this.node);
    const triesLeft = this.#target.runtime.retries + 1 - (this.#tried?.length ?? 0);
    const isReplayable = this.#exchange.request.body?.isReplayable ?? true;
    if (!error.isRetryable || !isRepeatable || !isReplayable || triesLeft <= 0) return this.#giveUp(error);
    this.#log(error, 'trying another node');
    this.start();
  }

  #giveUp(error: GatewayError): void {
    this.#finish();
    this.#log(error, 'giving up');
    if (this.statuses.at(-1) !== error.status && error.source === 'upstream') this.statuses.push(error.status);
    const headers =
      error.status >= 500 && this.statuses.length > 0 ? { 'X-APISIX-Upstream-Status': this.statuses.join(', ') } : {};
    if (error.source === 'client') this.#exchange.res.shouldKeepAlive = false;
    respond(this.#exchange, reply(error.status, null, headers), 'proxy-error');
  }

  /** The answer breaks off in the middle, and so must the client's: a clean end would make half an answer look whole. */
  #breakOff(reason: LossReason, detail: string): void {
    const blame =
      this.#relay.isClientFull && reason === 'silent' ? 'the client stopped reading' : 'the upstream broke off';
    this.#finish();
    this.#relay.stop();
    const { gateway, id } = this.#exchange;
    gateway.log.warn('an answer broke off', { request_id: id, node: this.node?.name, blame, detail });
    this.#exchange.breakOff();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#exchange.request.body?.detach();
    this.#exchange.times.upstreamMs = performance.now() - this.#beganMs;
  }

  #log(error: GatewayError, outcome: string): void {
    const { gateway, id, route } = this.#exchange;
    const { code, detail } = error;
    gateway.log.warn('an upstream failed', {
      request_id: id,
      route: route?.id,
      node: this.node?.name,
      code,
      detail,
      outcome,
    });
  }
}

function uncork(connection: UpstreamConnection): void {
  connection.uncork();
}

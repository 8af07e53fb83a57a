import type {
  Answer,
  AttachedConsumer,
  ClientInfo,
  HandledRequest,
  MatchedRoute,
  OutgoingRequest,
  RequestContext,
  RequestTimes,
  UpstreamOverrides,
  UpstreamRef,
} from '@sluice/plugin-kit';
import type { FunctionError } from '@sluice/functions';
import { send, withOverrides } from '../calls/send.ts';
import { handle } from '../calls/sub-request.ts';
import { targetOf } from '../calls/upstream-handle.ts';
import type { BoundRoute } from '../pipeline/bound-route.ts';
import { type Chain, emptyChain } from '../pipeline/chain.ts';
import type { Candidate, RoutingQuestion } from '../router/candidate.ts';
import { methodBit } from '../router/method-mask.ts';
import type { Generation } from '../snapshot/generation.ts';
import type { PlacedRoute } from '../snapshot/placed-route.ts';
import type { RequestTrace } from '../trace/request-trace.ts';
import type { UpstreamCall } from '../upstream/upstream-call.ts';
import type { UpstreamTarget } from '../upstream/upstream-target.ts';
import { lookupValue, lookupVariable } from '../variables/variable-table.ts';
import { fail } from './exchange-flow.ts';
import type { Gateway } from './gateway.ts';
import type { HeaderScan } from './header-scan.ts';
import type { GatewayRequest, GatewayResponse } from './messages.ts';
import type { HostView, Peer } from './peer.ts';
import { nextRequestId } from './request-id.ts';
import type { BodyOwner, RequestMessage } from './request-message.ts';
import type { RequestTarget } from './request-target.ts';
import { ResponseMessage } from './response-message.ts';
import { type Abortable, SideWork } from './side-work.ts';
import type { TransformPipe } from './transform-pipe.ts';

/** A request that passed the first checks, taken apart. */
export interface Admitted {
  readonly peer: Peer;
  readonly scan: HeaderScan;
  readonly target: RequestTarget;
  readonly hostView: HostView;
  readonly request: RequestMessage;
}

/** One request and its answer, from the first byte to the last: the state that every phase works on. */
export class Exchange implements RequestContext, RoutingQuestion, BodyOwner {
  readonly gateway: Gateway;
  /** The configuration that this request was routed by, and keeps. */
  generation: Generation;
  readonly req: GatewayRequest;
  readonly res: GatewayResponse;
  readonly peer: Peer;
  readonly scan: HeaderScan;
  readonly hostView: HostView;
  readonly request: RequestMessage;
  readonly matchPath: string;
  /** Milliseconds of the monotonic clock. */
  readonly beganMs = performance.now();
  readonly times: RequestTimes;
  readonly bytes: { received: number; sent: number };
  response: ResponseMessage = new ResponseMessage(0, '', [], 'gateway');
  candidate: Candidate<PlacedRoute> | null = null;
  bound: BoundRoute | null = null;
  chain: Chain = emptyChain;
  globalChain: Chain = emptyChain;
  call: UpstreamCall | null = null;
  transforms: TransformPipe | null = null;
  consumer: AttachedConsumer | undefined = undefined;
  /** Length of the answer's head. */
  headBytes = 0;
  isAnswered = false;
  /** The connection's part is done: everything was sent, or the client is gone. */
  isOver = false;
  /** A proxied request tells the upstream how it came; one that a plugin makes of its own does not. */
  readonly isProxied: boolean = true;
  /** What is written down of this request for whoever asked; null for nearly all. */
  readonly trace: RequestTrace | null;
  awaited: Promise<unknown> | null = null;
  isBodyTried = false;
  /** How often the search for the route may still wait for something; 0 when it is over. */
  waitsLeft = 0;
  /** Plugins whose phases are left out. */
  skipped: Set<string> | null = null;
  user: Readonly<Record<string, unknown>> | undefined = undefined;
  sideWork: SideWork | null = null;
  /** The upstream that a plugin chose; undefined for the route's. */
  #chosen: UpstreamTarget | null | undefined = undefined;
  #id: string | null = null;
  #client: ClientInfo | null = null;
  #state: Map<symbol, unknown> | null = null;
  #variables: Map<string, string | (() => string)> | null = null;
  #route: MatchedRoute | null = null;
  #waiting: PromiseWithResolvers<void> | null = null;
  readonly #ip: string;

  constructor(gateway: Gateway, req: GatewayRequest, res: GatewayResponse, admitted: Admitted) {
    this.gateway = gateway;
    this.generation = gateway.generation;
    this.req = req;
    this.res = res;
    this.peer = admitted.peer;
    this.scan = admitted.scan;
    this.hostView = admitted.hostView;
    this.request = admitted.request;
    this.matchPath = admitted.target.matchPath;
    this.trace = admitted.peer.inner === null ? null : admitted.peer.inner.trace;
    this.#ip = gateway.trust.clientIp(this.peer, this.scan.realIp);
    this.times = { startedAt: gateway.clock.now(), totalMs: -1, upstreamMs: -1 };
    this.bytes = { received: this.scan.bytes + (req.url?.length ?? 0) + (req.method?.length ?? 0) + 12, sent: 0 };
    res.exchange = this;
    this.request.owner = this;
  }

  /** Where the request goes; null for nowhere. */
  get target(): UpstreamTarget | null {
    return this.#chosen === undefined ? (this.bound?.upstream ?? null) : this.#chosen;
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  get isRehearsal(): boolean {
    return this.trace?.isRehearsal ?? false;
  }

  get depth(): number {
    return this.peer.inner?.depth ?? 0;
  }

  useUpstream(upstream: UpstreamRef | undefined, overrides: UpstreamOverrides = {}): void {
    const target = upstream === undefined ? this.target : targetOf(upstream);
    this.#chosen = target && withOverrides(target, overrides);
  }

  send(request: OutgoingRequest): Promise<Answer> {
    return send(this, request);
  }

  handle(request: HandledRequest): Promise<Answer> {
    return handle(this, request);
  }

  skip(plugin: string): void {
    (this.skipped ??= new Set()).add(plugin);
  }

  afterResponse(task: () => void | Promise<void>): void {
    this.#work.after(task);
  }

  /** A call of a plugin: the variables about the upstream speak of it, and it ends with the exchange. */
  attach(call: UpstreamCall, work: Abortable): void {
    this.call = call;
    this.#work.add(work);
  }

  get id(): string {
    return (this.#id ??= nextRequestId());
  }

  get client(): ClientInfo {
    const { ip: peerIp, port: peerPort } = this.peer;
    return (this.#client ??= { ip: this.#ip, port: peerPort, peerIp, peerPort });
  }

  get state(): Map<symbol, unknown> {
    return (this.#state ??= new Map());
  }

  get host(): string {
    return this.hostView.name;
  }

  get hostHeader(): string {
    return this.hostView.header;
  }

  get reversedHost(): string {
    return this.hostView.reversed;
  }

  get methodBit(): number {
    return methodBit(this.request.method);
  }

  get remoteAddr(): string {
    return this.#client === null ? this.#ip : this.#client.ip;
  }

  get node(): string | undefined {
    return this.call?.node?.name;
  }

  get route(): MatchedRoute | undefined {
    const { bound, candidate } = this;
    if (bound === null || candidate === null) return undefined;
    return (this.#route ??= {
      id: candidate.rule.id,
      name: bound.name,
      uri: candidate.source,
      host: candidate.hostOf(this),
      service: bound.service,
      params: candidate.path.params?.(this.matchPath) ?? {},
    });
  }

  variable(name: string): string | undefined {
    return this.#givenVariable(name) ?? lookupVariable(this, name);
  }

  /** The value of a variable for conditions: those that are made of a body may be more than text. */
  value(name: string): unknown {
    return this.#givenVariable(name) ?? lookupValue(this, name);
  }

  awaitFirst(work: () => Promise<unknown>): boolean {
    if (this.waitsLeft === 0) return false;
    this.awaited ??= work();
    return true;
  }

  onFilterFailure(route: string, { failure, message }: FunctionError): void {
    this.gateway.log.error('the function of a route failed', { request_id: this.id, route, failure, error: message });
  }

  setVariable(name: string, value: string | (() => string)): void {
    (this.#variables ??= new Map()).set(name, value);
  }

  #givenVariable(name: string): string | undefined {
    const value = this.#variables?.get(name);
    return typeof value === 'function' ? value() : value;
  }

  /** The fields that name the consumer replace whatever an earlier identity had set. */
  attachConsumer(consumer: AttachedConsumer): void {
    this.consumer = consumer;
    const { headers } = this.request;
    headers.set('X-Consumer-Username', consumer.username);
    headers.remove('x-credential-identifier');
    headers.remove('x-consumer-custom-id');
    if (consumer.credentialId !== undefined) headers.set('X-Credential-Identifier', consumer.credentialId);
    const { custom_id: customId } = consumer.labels;
    if (customId !== undefined) headers.set('X-Consumer-Custom-ID', customId);
  }

  failBody(error: unknown): void {
    this.call?.abort();
    fail(this, error);
  }

  /** Resolves when the client takes more of the answer, or is gone. */
  room(): Promise<void> {
    if (this.isOver || !this.res.writableNeedDrain) return Promise.resolve();
    return (this.#waiting ??= Promise.withResolvers<void>()).promise;
  }

  /** The client takes more of the answer. */
  onRoom(): void {
    this.#waiting?.resolve();
    this.#waiting = null;
    this.call?.onClientRoom();
  }

  /** Ends the client's connection so that it cannot take what it got for a whole answer. */
  breakOff(): void {
    this.res.breakOff();
  }

  /** The last call of all: nothing of this exchange may be used after it. */
  finish(): void {
    this.isOver = true;
    this.#waiting?.resolve();
    this.call?.abort();
    this.sideWork?.abort();
    if (!this.res.writableFinished && this.response.status === 0) this.response.status = 499;
    this.times.totalMs = performance.now() - this.beganMs;
    this.bytes.received += this.request.clientBody?.bytes ?? 0;
  }

  get #work(): SideWork {
    if (this.sideWork === null) {
      this.sideWork = new SideWork();
      if (this.isOver) this.sideWork.abort();
    }
    return this.sideWork;
  }
}

import type { Duplex } from 'node:stream';
import { setTimeout as delayFor } from 'node:timers/promises';
import { NodeConcurrency } from '@sluice/counters';
import type { Clock, Log, Metric } from '@sluice/plugin-kit';
import type { ExplainRequest, Explanation } from '@sluice/schema';
import { AccessLog } from './access-log/access-log.ts';
import { type RefusalFacts, RefusedRequest } from './access-log/refused-request.ts';
import { balancingOf } from './balancer/balancing.ts';
import type { CloseOptions, EngineOptions, RequestObserver } from './engine-options.ts';
import { BodyWatch } from './http/body-watch.ts';
import type { Exchange } from './http/exchange.ts';
import type { Gateway, RefusedFor } from './http/gateway.ts';
import { type ClientLimits, defaultLimits } from './http/limits.ts';
import { release, runLog } from './http/log-phase.ts';
import type { PathRules } from './http/path-rules.ts';
import { createGatewayServer, type GatewayServer } from './http/listener.ts';
import { canPreformat } from './http/response-head.ts';
import { Trust } from './http/trust.ts';
import { emptyResponse } from './http/messages.ts';
import type { ListenOptions } from './listen/listener.ts';
import { type ListenAddress, Listeners } from './listen/listeners.ts';
import { MetricRegistry } from './metrics/prometheus.ts';
import { type MetricDelta, RouteMetrics } from './metrics/route-metrics.ts';
import { Dependents } from './pipeline/dependents.ts';
import { HttpClients } from './pipeline/http-clients.ts';
import { LocalStore } from './pipeline/local-store.ts';
import { PluginRegistry } from './pipeline/plugin-registry.ts';
import type { BinderTools } from './pipeline/route-binder.ts';
import type { ChangeBatch, DumpedResource } from './snapshot/config-admission.ts';
import type { ConfigStep } from './snapshot/config-step.ts';
import { Configuration } from './snapshot/configuration.ts';
import { type ApplyOptions, LocalConfiguration } from './snapshot/local-configuration.ts';
import type { ResourceError } from './snapshot/validate.ts';
import { Certificates } from './tls/certificates.ts';
import type { OcspStaple } from './tls/ocsp/ocsp-stapler.ts';
import { explain } from './trace/explain.ts';
import { ExplainHeader } from './trace/explain-header.ts';
import { ConnectionPools } from './upstream/connection-pools.ts';
import { nameLookup } from './upstream/name-lookup.ts';
import { Resolver } from './upstream/resolver.ts';
import type { Tunnel } from './upstream/tunnel.ts';
import { UpstreamDirectory } from './upstream/upstream-directory.ts';

/** The data plane's core: takes configuration, serves traffic. */
export interface Engine {
  /** Validates and serves changes. For an engine that is alone; one that follows a shared store takes steps instead. */
  apply(batch: ChangeBatch, options?: ApplyOptions): ResourceError[];
  /** Builds what a validated step of a shared store leads to. Requests notice nothing before `commit`. */
  prepare(step: ConfigStep): void;
  /** Serves what was prepared. */
  commit(): void;
  /** Forgets what was prepared. */
  abort(): void;
  listen(options: ListenOptions): Promise<ListenAddress>;
  /** Replaces the keys (48 bytes) that seal TLS session tickets. All workers of a node must have the same. */
  setTicketKeys(keys: Buffer): void;
  /** Shows clients that ask for the status of a certificate what its authority said. */
  takeStaples(staples: readonly OcspStaple[]): void;
  /** Stops accepting, lets requests finish, and ends what is left at the deadline. */
  close(options?: CloseOptions): Promise<void>;
  readonly metrics: MetricRegistry;
  /** Requests by route since the call before. */
  takeMetricDelta(): MetricDelta;
  /** Everything that is served, secrets masked. */
  dump(): IterableIterator<DumpedResource>;
  /** Sends a request through the gateway, or up to the upstream, and says what became of it. */
  explain(request: ExplainRequest): Promise<Explanation>;
  /** Requests that are not over yet. */
  readonly openRequests: number;
  /** Connections of clients: open now, and accepted since the start. */
  readonly connections: { readonly active: number; readonly accepted: number };
}

function preformats(log: Log): boolean {
  const isPossible = canPreformat(emptyResponse());
  const message = 'this version of Node keeps response heads elsewhere; the slower way is used';
  if (!isPossible) log.warn(message, { node: process.version });
  return isPossible;
}

const systemClock: Clock = { now: () => Date.now() };
const closeDeadlineMs = 30_000;
/** What plugins are given in any case to send what they hold (log entries, spans), also where requests took all the time. */
const pluginsEndMs = 500;

/** Makes an engine that serves nothing yet. */
export function createEngine(options: EngineOptions): Engine {
  return new GatewayEngine(options);
}

class GatewayEngine implements Engine, Gateway {
  readonly clock: Clock;
  readonly log: Log;
  readonly serverName: string;
  readonly serverLine: string;
  readonly usesPreformattedHeads: boolean;
  readonly trust: Trust;
  readonly pathRules: PathRules | null;
  readonly readableBodyBytesMax: number;
  readonly tools: BinderTools;
  readonly pools: ConnectionPools;
  readonly resolver: Resolver;
  readonly metrics: MetricRegistry;
  readonly limits: ClientLimits;
  readonly bodyWatch: BodyWatch;
  readonly certificates: Certificates;
  readonly tunnels = new Set<Tunnel>();
  isDraining = false;
  openRequests = 0;
  readonly #configuration: Configuration;
  #local: LocalConfiguration | null = null;
  readonly #routeMetrics: RouteMetrics;
  readonly #accessLog: AccessLog | null;
  readonly #observer: RequestObserver | null;
  /** Serves connections in memory; made with the first. */
  #inner: GatewayServer | null = null;
  readonly explainHeader: ExplainHeader | null;
  readonly #http = new HttpClients();
  readonly #listeners: Listeners;
  readonly #refusals: Metric;

  constructor(options: EngineOptions) {
    const { clock = systemClock, log, version } = options;
    this.clock = clock;
    this.log = log;
    this.serverName = `Sluice/${version}`;
    this.serverLine = `Server: ${this.serverName}\r\n`;
    this.trust = new Trust(options.realIpFrom ?? ['127.0.0.1'], options.trustedAddresses);
    this.pools = new ConnectionPools(clock);
    this.pathRules = options.pathRules ?? null;
    this.readableBodyBytesMax = options.readableBodyBytesMax ?? 1024 * 1024;
    this.resolver = new Resolver(clock, options.lookup ?? nameLookup(options.dns));
    this.metrics = new MetricRegistry(log);
    this.#routeMetrics = new RouteMetrics(clock.now());
    this.limits = { ...defaultLimits, ...options.limits };
    this.bodyWatch = new BodyWatch(this.limits.bodyTimeoutMs);
    this.certificates = new Certificates(log, () => this.generation);
    this.#listeners = new Listeners(this, options.listeners ?? {});
    const help = 'What was refused before it became a request, by status or by what it failed at';
    this.#refusals = this.metrics.counter('sluice_refused_total', help, ['reason']);
    this.tools = this.#tools(options);
    this.#configuration = new Configuration(this.tools, options.router ?? 'radixtree_host_uri', log);
    this.#accessLog = AccessLog.for(options, this.metrics);
    this.#observer = options.onRequestEnd ?? null;
    this.explainHeader = options.explainHeader ? new ExplainHeader(options.explainHeader) : null;
    this.usesPreformattedHeads = options.preformattedHeads ?? preformats(log);
  }

  get generation() {
    return this.#configuration.generation;
  }

  apply(batch: ChangeBatch, options?: ApplyOptions): ResourceError[] {
    return this.#localConfiguration().apply(batch, options);
  }

  prepare(step: ConfigStep): void {
    this.#configuration.prepare(step);
  }

  commit(): void {
    this.#configuration.commit();
  }

  abort(): void {
    this.#configuration.abort();
  }

  listen(options: ListenOptions): Promise<ListenAddress> {
    return this.#listeners.listen(options);
  }

  setTicketKeys(keys: Buffer): void {
    this.#listeners.setTicketKeys(keys);
  }

  takeStaples(staples: readonly OcspStaple[]): void {
    for (const staple of staples) this.certificates.staples.take(staple);
  }

  onRefusal(reason: number | RefusedFor, facts?: RefusalFacts): void {
    this.#refusals.record([String(reason)], 1);
    if (facts !== undefined) this.#accessLog?.recordRefusal(new RefusedRequest(facts, this.clock.now()));
  }

  async close({ deadlineMs = closeDeadlineMs, idleMs = 0 }: CloseOptions = {}): Promise<void> {
    this.isDraining = true;
    const endsAt = performance.now() + deadlineMs;
    const deadline = setTimeout(() => this.#endConnections(), deadlineMs);
    await this.#listeners.close(Math.min(idleMs, deadlineMs));
    clearTimeout(deadline);
    this.#inner?.closeAllConnections();
    const pluginsMs = Math.max(endsAt - performance.now(), pluginsEndMs);
    await Promise.race([this.tools.registry.close(), delayFor(pluginsMs, undefined, { ref: false })]);
    await this.#http.close();
    this.pools.close();
    this.#accessLog?.flush();
  }

  get connections() {
    return this.#listeners.connections;
  }

  async explain(request: ExplainRequest): Promise<Explanation> {
    return explain(this, request);
  }

  takeConnection(connection: Duplex): void {
    this.#inner ??= createGatewayServer(this);
    this.#inner.emit('connection', connection);
  }

  takeMetricDelta(): MetricDelta {
    this.#accessLog?.countDropped();
    return this.#routeMetrics.take(this.clock.now());
  }

  dump(): IterableIterator<DumpedResource> {
    return this.#localConfiguration().dump();
  }

  onRequestEnd(exchange: Exchange): void {
    // What was only described leaves no marks.
    if (exchange.trace !== null && exchange.trace.isRehearsal) return release(exchange);
    const { bound, response, times, bytes } = exchange;
    const counters = bound?.parts.counters ?? this.#routeMetrics.rest;
    counters.record(response.status, times.totalMs, bytes.received, bytes.sent);
    this.#accessLog?.record(exchange);
    this.#observer?.(exchange);
    runLog(exchange);
  }

  #localConfiguration(): LocalConfiguration {
    const schemaOf = (name: string) => this.tools.registry.schema(name);
    return (this.#local ??= new LocalConfiguration(this.#configuration, schemaOf));
  }

  #tools(options: EngineOptions): BinderTools {
    const { clock, log, metrics } = this;
    const { plugins, counters, attributes = {}, httpsPorts = [], concurrency = new NodeConcurrency() } = options;
    const current = () => this.generation;
    const upstreams = new UpstreamDirectory(
      log,
      options.trustedCertificates,
      balancingOf(options, concurrency),
      this.resolver,
    );
    const { store = new LocalStore(clock), cacheZones = new Map() } = options;
    const world = {
      clock,
      log,
      counters,
      concurrency,
      metrics,
      gatewayGroup: options.gatewayGroup ?? 'default',
      renderMetrics: options.renderMetrics ?? (() => Promise.resolve(metrics.render())),
      attributes,
      dataFolder: options.dataFolder ?? '.sluice',
      version: options.version,
      httpsPorts,
      current,
      upstreams,
      http: this.#http,
      store,
      cacheZones,
    };
    return {
      registry: new PluginRegistry(plugins, world),
      upstreams,
      dependents: new Dependents(),
      metrics: this.#routeMetrics,
    };
  }

  #endConnections(): void {
    for (const tunnel of this.tunnels) tunnel.goAway();
    // The last word of each tunnel is on its way by then.
    setImmediate(() => this.#listeners.destroy());
  }
}

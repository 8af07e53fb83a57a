import type { Writable } from 'node:stream';
import type { AnyPlugin, Clock, Counters, Log } from '@sluice/plugin-kit';
import fastify, { type FastifyInstance } from 'fastify';
import { AccessLog } from './access-log/access-log.ts';
import type { Exchange } from './http/exchange.ts';
import type { Gateway } from './http/gateway.ts';
import { createGatewayServer, type GatewayServer } from './http/listener.ts';
import { canPreformat } from './http/response-head.ts';
import { Trust } from './http/trust.ts';
import { GatewayRequest, GatewayResponse } from './http/messages.ts';
import { MetricRegistry } from './metrics/prometheus.ts';
import { type MetricDelta, RouteMetrics } from './metrics/route-metrics.ts';
import { Dependents } from './pipeline/dependents.ts';
import { PluginRegistry } from './pipeline/plugin-registry.ts';
import type { BinderTools } from './pipeline/route-binder.ts';
import { runObservers } from './pipeline/run-phase.ts';
import type { RouterMode } from './router/path-pattern.ts';
import { type ApplyOptions, type ChangeBatch, Configuration, type DumpedResource } from './snapshot/configuration.ts';
import type { ResourceError } from './snapshot/validate.ts';
import { ConnectionPools } from './upstream/connection-pool.ts';
import { type Lookup, Resolver } from './upstream/resolver.ts';
import { UpstreamDirectory } from './upstream/upstream-directory.ts';

/** Who is told of each request when it is over. */
export type RequestObserver = (exchange: Exchange) => void;

/** What an engine is made of. */
export interface EngineOptions {
  readonly plugins: readonly AnyPlugin[];
  readonly log: Log;
  readonly counters: Counters;
  readonly version: string;
  readonly clock?: Clock;
  /** `plugin_attr`, by plugin. */
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly router?: RouterMode;
  /** Where a line per request goes; null or nothing switches it off. */
  readonly accessLog?: Writable | null;
  /** nginx-style template of an access log line; JSON without it. */
  readonly accessLogFormat?: string;
  /** Proxies whose `X-Forwarded-*` are believed. */
  readonly trustedAddresses?: readonly string[];
  /** Peers whose `X-Real-IP` names the client. */
  readonly realIpFrom?: readonly string[];
  readonly lookup?: Lookup;
  readonly onRequestEnd?: RequestObserver;
  /** False: heads go through Node's public interface. For tests and emergencies. */
  readonly preformattedHeads?: boolean;
}

/** Where a listener really listens. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** The data plane's core: takes configuration, serves traffic. */
export interface Engine {
  apply(batch: ChangeBatch, options?: ApplyOptions): ResourceError[];
  listen(where: { readonly host: string; readonly port: number }): Promise<ListenAddress>;
  /** Stops accepting, lets requests finish, and ends what is left at the deadline. */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
  readonly metrics: MetricRegistry;
  /** Requests by route since the call before. */
  takeMetricDelta(): MetricDelta;
  /** Everything that is served, secrets masked. */
  dump(): IterableIterator<DumpedResource>;
  /** Requests that are not over yet. */
  readonly openRequests: number;
}

const systemClock: Clock = { now: () => Date.now() };
const closeDeadlineMs = 30_000;

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
  readonly tools: BinderTools;
  readonly pools: ConnectionPools;
  readonly resolver: Resolver;
  readonly metrics: MetricRegistry;
  isDraining = false;
  openRequests = 0;
  readonly #configuration: Configuration;
  readonly #routeMetrics: RouteMetrics;
  readonly #accessLog: AccessLog | null;
  readonly #observer: RequestObserver | null;
  readonly #servers: { readonly app: FastifyInstance; readonly server: GatewayServer }[] = [];

  constructor(options: EngineOptions) {
    const { clock = systemClock, log, version } = options;
    this.clock = clock;
    this.log = log;
    this.serverName = `Sluice/${version}`;
    this.serverLine = `Server: ${this.serverName}\r\n`;
    this.trust = new Trust(options.realIpFrom ?? ['127.0.0.1'], options.trustedAddresses);
    this.pools = new ConnectionPools(clock);
    this.resolver = new Resolver(clock, options.lookup);
    this.metrics = new MetricRegistry(log);
    this.#routeMetrics = new RouteMetrics(clock.now());
    this.tools = this.#tools(options);
    this.#configuration = new Configuration(this.tools, options.router ?? 'radixtree_host_uri', log);
    this.#accessLog = options.accessLog ? new AccessLog(options.accessLog, options.accessLogFormat) : null;
    this.#observer = options.onRequestEnd ?? null;
    this.usesPreformattedHeads = options.preformattedHeads ?? canPreformat(sampleResponse());
    if (options.preformattedHeads === undefined && !this.usesPreformattedHeads)
      log.warn('this version of Node keeps response heads elsewhere; the slower way is used', {
        node: process.version,
      });
  }

  get generation() {
    return this.#configuration.generation;
  }

  apply(batch: ChangeBatch, options?: ApplyOptions): ResourceError[] {
    const errors = this.#configuration.apply(batch, options);
    if (batch.type === 'snapshot') this.resolver.keepOnly(this.tools.upstreams.hosts());
    return errors;
  }

  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<ListenAddress> {
    const server = createGatewayServer(this);
    // The engine answers every request itself, in front of Fastify's router; Fastify keeps the life cycle.
    const app = fastify({ serverFactory: () => server, logger: false });
    this.#servers.push({ app, server });
    await app.listen({ host, port });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('A listener has no port.');
    return { address: bound.address, port: bound.port };
  }

  async close({ deadlineMs = closeDeadlineMs } = {}): Promise<void> {
    this.isDraining = true;
    const deadline = setTimeout(() => this.#endConnections(), deadlineMs);
    await Promise.all(this.#servers.map(({ app }) => app.close()));
    clearTimeout(deadline);
    this.pools.close();
    this.#accessLog?.flush();
  }

  takeMetricDelta(): MetricDelta {
    return this.#routeMetrics.take(this.clock.now());
  }

  dump(): IterableIterator<DumpedResource> {
    return this.#configuration.dump();
  }

  onRequestEnd(exchange: Exchange): void {
    const { bound, response, times, bytes, chain, globalChain } = exchange;
    const counters = bound?.parts.counters ?? this.#routeMetrics.rest;
    counters.record(response.status, times.totalMs, bytes.received, bytes.sent);
    this.#accessLog?.record(exchange);
    this.#observer?.(exchange);
    if (globalChain.log === null && chain.log === null) return release(exchange);
    const first = runObservers(globalChain.log, exchange);
    const waiting =
      first instanceof Promise
        ? first.then(() => runObservers(chain.log, exchange))
        : runObservers(chain.log, exchange);
    if (waiting instanceof Promise) void waiting.then(() => release(exchange));
    else release(exchange);
  }

  #tools(options: EngineOptions): BinderTools {
    const { clock, log, metrics } = this;
    const { plugins, counters, attributes = {} } = options;
    const current = () => this.generation;
    return {
      registry: new PluginRegistry(plugins, { clock, log, counters, metrics, attributes, current }),
      upstreams: new UpstreamDirectory(log),
      dependents: new Dependents(),
      metrics: this.#routeMetrics,
    };
  }

  #endConnections(): void {
    for (const { server } of this.#servers) server.closeAllConnections();
  }
}

function release({ chain, globalChain }: Exchange): void {
  chain.release();
  globalChain.release();
}

/** A response of nothing, to look at how this Node keeps its heads. */
function sampleResponse(): GatewayResponse {
  // The constructor reads the method only.
  return new GatewayResponse(new GatewayRequest(null as never));
}

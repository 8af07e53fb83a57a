import type { AnyPlugin, CacheZone, Clock, Concurrency, Counters, Log, Store } from '@sluice/plugin-kit';
import type { AccessLogOptions } from './access-log/access-log.ts';
import type { Exchange } from './http/exchange.ts';
import type { ClientLimits } from './http/limits.ts';
import type { PathRules } from './http/path-rules.ts';
import type { ListenerSettings } from './listen/listeners.ts';
import type { RouterMode } from './router/path-pattern.ts';
import type { ExplainHeaderOptions } from './trace/explain-header.ts';
import type { DnsSettings } from './upstream/name-lookup.ts';
import type { Lookup } from './upstream/resolver.ts';

/** Who is told of each request when it is over. */
export type RequestObserver = (exchange: Exchange) => void;

/** What an engine is made of. */
export interface EngineOptions extends AccessLogOptions {
  readonly plugins: readonly AnyPlugin[];
  readonly log: Log;
  readonly counters: Counters;
  /** The gateway group whose configuration it serves; `default` unless given. */
  readonly gatewayGroup?: string;
  /** Shared by all workers of this node; an engine that is alone counts for itself. */
  readonly concurrency?: Concurrency;
  /** Shared by all workers of this node; an engine that is alone keeps its own. */
  readonly store?: Store;
  /** The cache of this node, by the names of its zones, shared by all workers; none without it. */
  readonly cacheZones?: ReadonlyMap<string, CacheZone>;
  /** Renders the metrics of all workers of this node; an engine that is alone has only its own. */
  readonly renderMetrics?: () => Promise<string>;
  /** The board of a `HealthMonitor`; without it nodes are not known to be down. */
  readonly health?: SharedArrayBuffer;
  /** Where balancers begin: something random in production, so that not all begin with the first node. */
  readonly balancerSeed?: number;
  readonly version: string;
  readonly clock?: Clock;
  /** `plugin_attr`, by plugin. */
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Where plugins that write files may keep them; `.sluice` in the working directory without it. */
  readonly dataFolder?: string;
  /** Ports on which this data plane takes TLS, for plugins that send clients there. */
  readonly httpsPorts?: readonly number[];
  readonly router?: RouterMode;
  /** Size up to which a body is read where the choice of the route depends on it; 1 MiB without it. */
  readonly readableBodyBytesMax?: number;
  readonly pathRules?: PathRules;
  /** Proxies whose `X-Forwarded-*` are believed. */
  readonly trustedAddresses?: readonly string[];
  /** Peers whose `X-Real-IP` names the client. */
  readonly realIpFrom?: readonly string[];
  /** How much clients may send and how long they may take; what is left out has a safe default. */
  readonly limits?: Partial<ClientLimits>;
  readonly listeners?: ListenerSettings;
  readonly lookup?: Lookup;
  /** Whom names of upstreams are asked for, where `lookup` does not find them. */
  readonly dns?: DnsSettings;
  /** PEM certificates of the authorities that upstreams with `tls.verify` are checked by; those of the platform without it. */
  readonly trustedCertificates?: readonly string[];
  readonly onRequestEnd?: RequestObserver;
  /** Lets clients that know a secret have their own request explained; nobody without it. */
  readonly explainHeader?: ExplainHeaderOptions;
  /** False: heads go through Node's public interface. For tests and emergencies. */
  readonly preformattedHeads?: boolean;
}

/** How an engine is closed. */
export interface CloseOptions {
  /** When what is still not over is ended; 30,000 unless given. */
  readonly deadlineMs?: number;
  /** How long connections without a request are kept, in case one is on its way; none unless given. */
  readonly idleMs?: number;
}

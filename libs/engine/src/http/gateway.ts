import type { Duplex } from 'node:stream';
import type { Clock, Log } from '@sluice/plugin-kit';
import type { RefusalFacts } from '../access-log/refused-request.ts';
import type { ExplainRequest, Explanation } from '@sluice/schema';
import type { BinderTools } from '../pipeline/route-binder.ts';
import type { Generation } from '../snapshot/generation.ts';
import type { ConnectionPools } from '../upstream/connection-pools.ts';
import type { Resolver } from '../upstream/resolver.ts';
import type { Tunnel } from '../upstream/tunnel.ts';
import type { Certificates } from '../tls/certificates.ts';
import type { ExplainHeader } from '../trace/explain-header.ts';
import type { BodyWatch } from './body-watch.ts';
import type { Exchange } from './exchange.ts';
import type { ClientLimits } from './limits.ts';
import type { PathRules } from './path-rules.ts';
import type { Trust } from './trust.ts';

/** What a connection that never carried a request was refused for. */
export type RefusedFor = 'connections' | 'proxy' | 'tls' | 'http2';

/** What all exchanges of one engine share. */
export interface Gateway {
  readonly clock: Clock;
  readonly log: Log;
  readonly serverName: string;
  /** The `Server` field as a line. */
  readonly serverLine: string;
  readonly usesPreformattedHeads: boolean;
  readonly trust: Trust;
  readonly limits: ClientLimits;
  /** Ends requests whose bodies do not come. */
  readonly bodyWatch: BodyWatch;
  /** What is done to paths before routes are compared; null for nothing, which is usual. */
  readonly pathRules: PathRules | null;
  /** Size up to which a body is read where the choice of the route depends on it. */
  readonly readableBodyBytesMax: number;
  readonly certificates: Certificates;
  readonly tools: BinderTools;
  readonly pools: ConnectionPools;
  readonly resolver: Resolver;
  /** True while the engine stops: connections are not kept after their answer. */
  readonly isDraining: boolean;
  /** WebSocket connections. */
  readonly tunnels: Set<Tunnel>;
  /** Requests that are not over yet. */
  openRequests: number;
  /** The generation that new requests begin with. */
  readonly generation: Generation;
  /** Answers those who may ask for an explanation of their own request; null where nobody may. */
  readonly explainHeader: ExplainHeader | null;
  explain(request: ExplainRequest): Promise<Explanation>;
  /** Serves a connection that no listener has accepted. */
  takeConnection(connection: Duplex): void;
  /**
   * Something of a client is refused before it becomes an exchange: the status of a request, or what it failed at. A request
   * stands in the access log with what is known of it.
   */
  onRefusal(reason: number | RefusedFor, facts?: RefusalFacts): void;
  /** An exchange is over, its last byte sent or its client gone. */
  onRequestEnd(exchange: Exchange): void;
}

import type { Clock, Log } from '@sluice/plugin-kit';
import type { BinderTools } from '../pipeline/route-binder.ts';
import type { Generation } from '../snapshot/generation.ts';
import type { ConnectionPools } from '../upstream/connection-pool.ts';
import type { Resolver } from '../upstream/resolver.ts';
import type { Exchange } from './exchange.ts';
import type { Trust } from './trust.ts';

/** What all exchanges of one engine share. */
export interface Gateway {
  readonly clock: Clock;
  readonly log: Log;
  readonly serverName: string;
  /** The `Server` field as a line. */
  readonly serverLine: string;
  readonly usesPreformattedHeads: boolean;
  readonly trust: Trust;
  readonly tools: BinderTools;
  readonly pools: ConnectionPools;
  readonly resolver: Resolver;
  /** True while the engine stops: connections are not kept after their answer. */
  readonly isDraining: boolean;
  /** Requests that are not over yet. */
  openRequests: number;
  /** The generation that new requests begin with. */
  readonly generation: Generation;
  /** An exchange is over, its last byte sent or its client gone. */
  onRequestEnd(exchange: Exchange): void;
}

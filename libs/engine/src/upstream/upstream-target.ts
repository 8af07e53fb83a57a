import type { Upstream } from '@sluice/schema';
import { type Balancing, balancerFor, standaloneBalancing } from '../balancer/balancing.ts';
import type { NodeBalancer } from '../balancer/node-balancer.ts';
import { type TryWatch, tryWatch } from '../balancer/try-watch.ts';
import { upstreamHealth } from '../health/upstream-health.ts';
import type { PoolSettings } from './connection-pool.ts';
import type { PoolMemo } from './pool-memo.ts';
import type { Transport } from './transport.ts';
import { type UpstreamNode, upstreamNodes } from './upstream-node.ts';

/** How long an upstream may take, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** Between two writes. */
  readonly sendMs: number;
  /** Between two reads. */
  readonly readMs: number;
}

/** What is kept of an upstream while its configuration stays the same: the state of its balancer. */
export interface UpstreamRuntime {
  readonly nodes: readonly UpstreamNode[];
  /** How one of them is chosen, by the name in the configuration. */
  readonly algorithm: string;
  readonly balancer: NodeBalancer<UpstreamNode>;
  /** Hears of every try; null where nobody wants to know. */
  readonly watch: TryWatch<UpstreamNode> | null;
  readonly passHost: 'pass' | 'node' | 'rewrite';
  readonly upstreamHost: string | undefined;
  /** Further tries after a failed one. */
  readonly retries: number;
  /** Milliseconds after which no further try begins; 0 for no limit. */
  readonly retryTimeoutMs: number;
  readonly pool: PoolSettings;
  readonly timeouts: Timeouts;
}

/** What an upstream is laid out with. */
export interface RuntimeOrigin {
  /** What carries it, such as `upstream/1`. */
  readonly owner: string;
  readonly balancing: Balancing;
  /** The upstream as it was before: what is known of nodes that stay is kept. */
  readonly previous: UpstreamRuntime | null;
}

/** An upstream as a route uses it. */
export interface UpstreamTarget {
  readonly runtime: UpstreamRuntime;
  readonly timeouts: Timeouts;
  readonly transport: Transport;
  readonly pools: PoolMemo;
}

const defaultTimeouts: Timeouts = { connectMs: 60_000, sendMs: 60_000, readMs: 60_000 };
const defaultPool: PoolSettings = { idleMax: 320, idleMs: 60_000, requestsMax: 1000 };

/** Lays out what a request needs to know of an upstream. */
export function upstreamRuntime(
  spec: Partial<Upstream>,
  { owner, balancing, previous }: RuntimeOrigin = { owner: '', balancing: standaloneBalancing, previous: null },
): UpstreamRuntime {
  const nodes = upstreamNodes(spec.nodes, spec.scheme ?? 'http');
  const serving = nodes.filter(({ weight }) => weight > 0);
  const health = upstreamHealth(balancing.board, spec, nodes);
  const balancer = balancerFor({ owner, spec, nodes, health, previous: previous?.balancer ?? null }, balancing);
  return {
    nodes,
    algorithm: spec.type ?? 'roundrobin',
    balancer,
    watch: tryWatch(balancer, health !== null && health.passive !== null ? health : null),
    passHost: spec.pass_host ?? 'pass',
    upstreamHost: spec.upstream_host,
    retries: Math.min(spec.retries ?? Math.max(serving.length - 1, 0), retriesMax),
    retryTimeoutMs: timerMs(spec.retry_timeout ?? 0),
    pool: poolOf(spec.keepalive_pool),
    timeouts: timeoutsOf(spec.timeout) ?? defaultTimeouts,
  };
}

/** More than a timer can hold would fire at once. */
const timerMsMax = 2 ** 31 - 1;
/** However many tries are configured, one request must not keep the gateway busy for good. */
const retriesMax = 32;

function poolOf(pool: Upstream['keepalive_pool']): PoolSettings {
  if (!pool) return defaultPool;
  return { idleMax: pool.size, idleMs: timerMs(pool.idle_timeout), requestsMax: pool.requests };
}

/** Seconds of the configuration in milliseconds, as a timer takes them. */
export function timerMs(seconds: number): number {
  return Math.min(seconds * 1000, timerMsMax);
}

/** Timeouts of the configuration in milliseconds. */
export function timeoutsOf(timeout: Upstream['timeout']): Timeouts | undefined {
  if (!timeout) return undefined;
  const { connect, send, read } = timeout;
  return { connectMs: timerMs(connect), sendMs: timerMs(send), readMs: timerMs(read) };
}

import type { Concurrency } from '@sluice/plugin-kit';
import { HealthBoard } from '../health/health-board.ts';
import type { BalancedNode, NodeHealth } from './balancer.ts';
import { type BalancerSettings, type BalancerTools, createBalancer } from './balancer-types.ts';
import type { Load } from './least-conn.ts';
import type { NodeBalancer } from './node-balancer.ts';
import { FastRandom } from './random.ts';

/** What the balancers of an engine share. */
export interface Balancing {
  readonly tools: BalancerTools;
  /** Which nodes are down; null where nobody finds out. */
  readonly board: HealthBoard | null;
  /** Requests under way, counted across the workers of this node; null: counted by this engine alone. */
  readonly concurrency: Concurrency | null;
}

/** What an engine's options say about balancing. */
export interface BalancingOptions {
  readonly health?: SharedArrayBuffer;
  readonly balancerSeed?: number;
}

/** The balancing of an engine. */
export function balancingOf(
  { health, balancerSeed = 0 }: BalancingOptions,
  concurrency: Concurrency | null,
): Balancing {
  const random = new FastRandom(balancerSeed);
  return {
    tools: { now: () => performance.now(), random, startsAnywhere: balancerSeed !== 0 },
    board: health ? new HealthBoard(health) : null,
    concurrency,
  };
}

/** The balancing of what stands alone. */
export const standaloneBalancing: Balancing = balancingOf({}, null);

/** An upstream as a balancer is made for it. */
export interface BalancedUpstream<N extends BalancedNode> {
  /** What carries it, such as `upstream/1`. */
  readonly owner: string;
  readonly spec: BalancerSettings;
  readonly nodes: readonly N[];
  readonly health: NodeHealth | null;
  readonly previous: NodeBalancer<N> | null;
}

/** The balancer of an upstream. */
export function balancerFor<N extends BalancedNode>(
  { owner, spec, nodes, health, previous }: BalancedUpstream<N>,
  { tools, concurrency }: Balancing,
): NodeBalancer<N> {
  if (concurrency === null) return createBalancer(spec, nodes, tools, { health, previous });
  const loadOf = (name: string): Load => sharedLoad(concurrency, `least_conn ${owner} ${name}`);
  return createBalancer(spec, nodes, { ...tools, loadOf }, { health, previous });
}

/** How long what other workers have under way may be taken for as it was, in milliseconds. */
const othersFreshMs = 20;

/** A load that all workers of this node count together: the own part exactly, that of the others as it was just now. */
function sharedLoad(concurrency: Concurrency, key: string): Load {
  let own = 0;
  let others = 0;
  let lookedAt = -Infinity;
  return {
    active: (now) => {
      if (now - lookedAt > othersFreshMs) {
        lookedAt = now;
        others = Math.max(concurrency.count(key) - own, 0);
      }
      return own + others;
    },
    add: () => {
      own += 1;
      concurrency.enter(key);
    },
    remove: () => {
      own -= 1;
      concurrency.leave(key);
    },
  };
}

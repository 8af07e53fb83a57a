import type { BalancedNode, Member, NodeHealth, Picker } from './balancer.ts';
import { ConsistentHash } from './consistent-hash.ts';
import { Ewma } from './ewma.ts';
import { hashKey, type HashSettings } from './hash-key.ts';
import { LeastConn, type LoadOf, ownLoad } from './least-conn.ts';
import { NodeBalancer, type PickerFactory } from './node-balancer.ts';
import type { RandomSource } from './random.ts';
import { RoundRobin } from './round-robin.ts';
import { TurnQueue } from './turn-queue.ts';

/** How an upstream chooses among its nodes. */
export interface BalancerSettings extends HashSettings {
  readonly type?: string | undefined;
}

/** What balancers take from outside. */
export interface BalancerTools {
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly random: RandomSource;
  /** Where the number of requests on a node is kept; each engine for itself without it. */
  readonly loadOf?: LoadOf;
  /** Whether an upstream begins with a random node. Otherwise every data plane and route begins with the first. */
  readonly startsAnywhere: boolean;
}

/** Looking at every node in turn is fastest for few of them. */
const fewNodesMax = 32;
const skipMax = 64;

/** Makes the balancer of an upstream. What `previous` knows of nodes that stay is kept. */
export function createBalancer<N extends BalancedNode>(
  settings: BalancerSettings,
  nodes: readonly N[],
  tools: BalancerTools,
  from: { readonly health: NodeHealth | null; readonly previous: NodeBalancer<N> | null },
): NodeBalancer<N> {
  return new NodeBalancer(nodes, pickerFactory<N>(settings, tools), from.health, from.previous);
}

function pickerFactory<N extends BalancedNode>(settings: BalancerSettings, tools: BalancerTools): PickerFactory<N> {
  const { now, random, loadOf = ownLoad } = tools;
  switch (settings.type) {
    case 'chash': {
      const keyOf = hashKey(settings);
      return (members, previous) =>
        new ConsistentHash(members, previous instanceof ConsistentHash ? previous : null, keyOf);
    }
    case 'least_conn':
      return (members, previous) =>
        new LeastConn(members, previous instanceof LeastConn ? previous : null, { random, now, loadOf });
    case 'ewma':
      return (members, previous) => new Ewma(members, previous instanceof Ewma ? previous : null, random, now);
    default:
      return (members, previous) => roundRobin(members, previous, tools);
  }
}

function roundRobin<N extends BalancedNode>(
  members: readonly Member<N>[],
  previous: Picker<N> | null,
  { random, startsAnywhere }: BalancerTools,
): Picker<N> {
  const skip = startsAnywhere ? random.below(cycleLength(members)) : 0;
  if (members.length > fewNodesMax)
    return new TurnQueue(members, previous instanceof TurnQueue ? previous : null, skip);
  return new RoundRobin(members, previous instanceof RoundRobin ? previous : null, skip);
}

function cycleLength<N extends BalancedNode>(members: readonly Member<N>[]): number {
  const total = members.reduce((sum, { node }) => sum + node.weight, 0);
  return Math.max(Math.min(total, skipMax), 1);
}

import type { BalancedNode, Member, Picker } from './balancer.ts';
import type { RandomSource } from './random.ts';
import { ServingList } from './serving-list.ts';

/** After this long, two thirds of what was measured is forgotten. */
const decayMs = 10_000;
/** A slow answer counts for at least this part of itself at once; all of it would take every hiccup for a change. */
const peakShare = 0.5;
/** So long a node that left is remembered. */
const rememberedMs = 60_000;

/** What is known of the speed of a node. It stays with the node through changes of the configuration. */
export interface Speed {
  /** Milliseconds, averaged over time. */
  averageMs: number;
  measuredAt: number;
  /** Requests that wait for an answer. */
  pending: number;
}

interface TimedMember<N extends BalancedNode> extends Member<N> {
  readonly speed: Speed;
}

/**
 * Peak EWMA: of two random nodes the one that answers faster, counting the requests that it has yet to answer. Answers
 * count bit by bit, but one that is far slower than the average counts at once; what was measured long ago is forgotten, so
 * that a node that was slow is tried again.
 */
export class Ewma<N extends BalancedNode> implements Picker<N> {
  readonly #members: ReadonlyMap<N, TimedMember<N>>;
  readonly #list: ServingList<TimedMember<N>>;
  /** Nodes that left not long ago, in case they come back. */
  readonly #absent: ReadonlyMap<string, Speed>;
  readonly #now: () => number;

  constructor(members: readonly Member<N>[], previous: Ewma<N> | null, random: RandomSource, now: () => number) {
    const known = previous?.speeds();
    const start = startingSpeed(previous, now());
    const timed = members.map((member) => withSpeed(member, known?.get(member.node.name) ?? { ...start, pending: 0 }));
    this.#members = new Map(timed.map((member) => [member.node, member]));
    this.#absent = absentees(known, members, now());
    this.#list = new ServingList(timed, random);
    this.#now = now;
    this.#list.refresh();
  }

  pick(tried: readonly N[] | null): N | null {
    const one = this.#list.draw(tried, null);
    if (one === null) return null;
    const other = this.#list.draw(tried, one);
    if (other === null) return one.node;
    const now = this.#now();
    return cost(other, now) < cost(one, now) ? other.node : one.node;
  }

  onServingChange(): void {
    this.#list.refresh();
  }

  began(node: N): void {
    const speed = this.#members.get(node)?.speed;
    if (speed) speed.pending += 1;
  }

  ended(node: N): void {
    const speed = this.#members.get(node)?.speed;
    if (speed) speed.pending = Math.max(speed.pending - 1, 0);
  }

  timed(node: N, ms: number, isAtLeast: boolean): void {
    const speed = this.#members.get(node)?.speed;
    if (!speed) return;
    const now = this.#now();
    const past = remembered(speed, now);
    if (isAtLeast && ms <= past) return;
    const kept = Math.exp(-Math.max(now - speed.measuredAt, 0) / decayMs);
    speed.averageMs = Math.max(past + ms * (1 - kept), ms * peakShare);
    speed.measuredAt = now;
  }

  /** What is known of each node, by name, those that left included. */
  speeds(): ReadonlyMap<string, Speed> {
    return new Map([...this.#absent, ...this.current()]);
  }

  /** What is known of the nodes that are there. */
  *current(): IterableIterator<[string, Speed]> {
    for (const { node, speed } of this.#members.values()) yield [node.name, speed];
  }
}

/** The member object stays the one whose `isServing` is kept up to date. */
function withSpeed<N extends BalancedNode>(member: Member<N>, speed: Speed): TimedMember<N> {
  return Object.assign(member, { speed });
}

/** What an answer of this node will cost. A node that was never measured is tried first. */
function cost<N extends BalancedNode>({ node, speed }: TimedMember<N>, now: number): number {
  return (remembered(speed, now) * (speed.pending + 1)) / node.weight;
}

/** The average, as far as it is not forgotten. */
function remembered({ averageMs, measuredAt }: Speed, now: number): number {
  return averageMs * Math.exp(-Math.max(now - measuredAt, 0) / decayMs);
}

/** A newcomer counts for as fast as the others are on average: taken for faster, it would get everything at once. */
function startingSpeed<N extends BalancedNode>(previous: Ewma<N> | null, now: number): Speed {
  const costs = [...(previous?.current() ?? [])].map(([, speed]) => remembered(speed, now));
  const averageMs = costs.reduce((sum, ms) => sum + ms, 0) / Math.max(costs.length, 1);
  // Where nobody is known, the first answer is the average.
  return { averageMs, measuredAt: costs.length === 0 ? -Infinity : now, pending: 0 };
}

/** Nodes that are gone, and of which what was measured still means something. */
function absentees(
  known: ReadonlyMap<string, Speed> | undefined,
  members: readonly Member<BalancedNode>[],
  now: number,
): ReadonlyMap<string, Speed> {
  const present = new Set(members.map(({ node }) => node.name));
  const isKept = (name: string, { measuredAt }: Speed) => now - measuredAt < rememberedMs && !present.has(name);
  return new Map([...(known ?? [])].filter(([name, speed]) => isKept(name, speed)));
}

import { type BalancedNode, isEligible, type Member, type Picker } from './balancer.ts';

interface Entry<N extends BalancedNode> {
  readonly member: Member<N>;
  current: number;
}

/**
 * Smooth weighted round robin: heavy nodes come up often, but never in a row where that can be helped. Looks at every
 * node, so that it is meant for few.
 */
export class RoundRobin<N extends BalancedNode> implements Picker<N> {
  readonly #entries: readonly Entry<N>[];

  /** `skip`: how many turns are taken for past, so that not everybody begins with the first node. */
  constructor(members: readonly Member<N>[], previous: RoundRobin<N> | null, skip: number) {
    const known = previous?.turns();
    this.#entries = members.map((member) => ({ member, current: known?.get(member.node.name) ?? 0 }));
    if (known) this.#level();
    else for (let i = 0; i < skip; i += 1) this.pick(null);
  }

  pick(tried: readonly N[] | null): N | null {
    let best: Entry<N> | null = null;
    let total = 0;
    for (const entry of this.#entries) {
      if (!isEligible(entry.member, tried)) continue;
      const { weight } = entry.member.node;
      entry.current += weight;
      total += weight;
      if (best === null || entry.current > best.current) best = entry;
    }
    if (best === null) return null;
    best.current -= total;
    return best.member.node;
  }

  /** Where each node stands, by name. */
  turns(): ReadonlyMap<string, number> {
    return new Map(this.#entries.map(({ member, current }) => [member.node.name, current]));
  }

  /** What a node that left had saved up is not a newcomer's debt. */
  #level(): void {
    const sum = this.#entries.reduce((before, { current }) => before + current, 0);
    const excess = sum / Math.max(this.#entries.length, 1);
    for (const entry of this.#entries) entry.current -= excess;
  }
}

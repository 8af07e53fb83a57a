/** A server that a balancer may choose. */
export interface BalancedNode {
  readonly weight: number;
  /** Nodes of a lower priority serve when all of the higher ones have been tried. */
  readonly priority: number;
}

interface Entry<N> {
  readonly node: N;
  current: number;
}

/** Smooth weighted round robin: heavy nodes come up often, but never in a row where that can be helped. */
export class RoundRobin<N extends BalancedNode> {
  /** By priority, the highest first. */
  readonly #groups: readonly (readonly Entry<N>[])[];
  readonly #only: N | null;

  constructor(nodes: readonly N[]) {
    const serving = nodes.filter(({ weight }) => weight > 0);
    const priorities = [...new Set(serving.map(({ priority }) => priority))].toSorted((a, b) => b - a);
    this.#groups = priorities.map((priority) =>
      serving.filter((node) => node.priority === priority).map((node) => ({ node, current: 0 })),
    );
    this.#only = serving.length === 1 ? (serving[0] ?? null) : null;
  }

  /** The next node that was not tried yet; null where there is none. */
  pick(tried: readonly N[] | null): N | null {
    if (this.#only !== null) return tried?.includes(this.#only) ? null : this.#only;
    for (const group of this.#groups) {
      const node = pickFrom(group, tried);
      if (node !== null) return node;
    }
    return null;
  }
}

function pickFrom<N extends BalancedNode>(group: readonly Entry<N>[], tried: readonly N[] | null): N | null {
  let best: Entry<N> | null = null;
  let total = 0;
  for (const entry of group) {
    if (tried?.includes(entry.node)) continue;
    entry.current += entry.node.weight;
    total += entry.node.weight;
    if (best === null || entry.current > best.current) best = entry;
  }
  if (best === null) return null;
  best.current -= total;
  return best.node;
}

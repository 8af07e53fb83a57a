import type { BalancedNode, Member, NodeHealth, Picker, PickSource } from './balancer.ts';

/** Makes the picker of one priority, going on from the one before where there was one of the same kind. */
export type PickerFactory<N extends BalancedNode> = (
  members: readonly Member<N>[],
  previous: Picker<N> | null,
) => Picker<N>;

interface Group<N extends BalancedNode> {
  readonly priority: number;
  readonly members: readonly Member<N>[];
  readonly picker: Picker<N>;
}

/**
 * Chooses the node for a request: of the highest priority that has one left. Nodes that are known to be down are left out
 * as long as another one is not; when all are, nobody knows better, and all are taken for well.
 */
export class NodeBalancer<N extends BalancedNode> {
  readonly #groups: readonly Group<N>[];
  readonly #groupOf = new Map<N, Group<N>>();
  readonly #health: NodeHealth | null;
  readonly #only: N | null;
  /** Whether requests have to be reported by `began`, `ended` and `timed`. */
  readonly watchesLoad: boolean;
  #healthVersion = -1;

  constructor(
    nodes: readonly N[],
    make: PickerFactory<N>,
    health: NodeHealth | null,
    previous: NodeBalancer<N> | null,
  ) {
    const serving = nodes.filter(({ weight }) => weight > 0);
    const priorities = [...new Set(serving.map(({ priority }) => priority))].toSorted((a, b) => b - a);
    this.#groups = priorities.map((priority) => {
      const members = serving.filter((node) => node.priority === priority).map((node) => ({ node, isServing: true }));
      return { priority, members, picker: make(members, previous?.picker(priority) ?? null) };
    });
    for (const group of this.#groups) for (const { node } of group.members) this.#groupOf.set(node, group);
    this.watchesLoad = this.#groups.some(({ picker }) => picker.began !== undefined);
    this.#health = health;
    this.#only = serving.length === 1 ? (serving[0] ?? null) : null;
  }

  /** A node that was not tried yet; null where there is none. */
  pick(tried: readonly N[] | null, source: PickSource): N | null {
    if (this.#only !== null) return tried?.includes(this.#only) ? null : this.#only;
    if (this.#health !== null && this.#health.version !== this.#healthVersion) this.#refresh(this.#health);
    for (const { picker } of this.#groups) {
      const node = picker.pick(tried, source);
      if (node !== null) return node;
    }
    return null;
  }

  /** Whether a node that was chosen before could be chosen now. */
  serves(node: N): boolean {
    if (this.#health === null || this.#only !== null) return true;
    if (this.#health.version !== this.#healthVersion) this.#refresh(this.#health);
    const members = this.#groupOf.get(node)?.members;
    return members?.some((member) => member.node === node && member.isServing) ?? false;
  }

  began(node: N): void {
    this.#groupOf.get(node)?.picker.began?.(node);
  }

  ended(node: N): void {
    this.#groupOf.get(node)?.picker.ended?.(node);
  }

  timed(node: N, ms: number, isAtLeast: boolean): void {
    this.#groupOf.get(node)?.picker.timed?.(node, ms, isAtLeast);
  }

  picker(priority: number): Picker<N> | null {
    return this.#groups.find((group) => group.priority === priority)?.picker ?? null;
  }

  /** The version is taken first: what changes meanwhile is seen with the next choice. */
  #refresh(health: NodeHealth): void {
    this.#healthVersion = health.version;
    const isAnyUp = this.#groups.some(({ members }) => members.some(({ node }) => health.isServing(node.name)));
    for (const { members, picker } of this.#groups) {
      let isChanged = false;
      for (const member of members) {
        const isServing = !isAnyUp || health.isServing(member.node.name);
        isChanged ||= isServing !== member.isServing;
        member.isServing = isServing;
      }
      if (isChanged) picker.onServingChange?.();
    }
  }
}

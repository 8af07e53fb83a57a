import { type BalancedNode, isEligible, type Member, type Picker } from './balancer.ts';
import type { RandomSource } from './random.ts';
import { ServingList } from './serving-list.ts';

/** Up to here all nodes are compared; of more, a random few. */
const comparedMax = 16;
const sampleSize = 8;

/** How busy a node is. It stays with the node through changes of the configuration. */
export interface Load {
  /** Requests that are under way; `now` in milliseconds. */
  active(now: number): number;
  add(): void;
  remove(): void;
}

/** Where the loads of nodes are kept. */
export type LoadOf = (name: string) => Load;

/** What the choice works with. */
export interface LeastConnTools {
  readonly random: RandomSource;
  readonly now: () => number;
  readonly loadOf: LoadOf;
}

interface LoadedMember<N extends BalancedNode> extends Member<N> {
  readonly load: Load;
}

/** The node with the fewest requests under way for its weight; of equally busy ones, each in turn. */
export class LeastConn<N extends BalancedNode> implements Picker<N> {
  readonly #members: ReadonlyMap<N, LoadedMember<N>>;
  readonly #list: ServingList<LoadedMember<N>>;
  readonly #now: () => number;
  #turn: number;

  constructor(members: readonly Member<N>[], previous: LeastConn<N> | null, tools: LeastConnTools) {
    const { random, now, loadOf } = tools;
    this.#now = now;
    const known = previous?.loads();
    const loaded = members.map((member) =>
      Object.assign(member, { load: known?.get(member.node.name) ?? loadOf(member.node.name) }),
    );
    this.#members = new Map(loaded.map((member) => [member.node, member]));
    this.#list = new ServingList(loaded, random);
    this.#turn = random.below(Math.max(members.length, 1));
    this.#list.refresh();
  }

  pick(tried: readonly N[] | null): N | null {
    const { length } = this.#list.serving;
    const now = this.#now();
    const best = length > comparedMax ? this.#leastOfSample(tried, now) : this.#leastOfAll(tried, now);
    return best === null ? null : best.node;
  }

  onServingChange(): void {
    this.#list.refresh();
  }

  began(node: N): void {
    this.#members.get(node)?.load.add();
  }

  ended(node: N): void {
    this.#members.get(node)?.load.remove();
  }

  loads(): ReadonlyMap<string, Load> {
    return new Map([...this.#members.values()].map(({ node, load }) => [node.name, load]));
  }

  /** Begins somewhere else each time, so that nodes that are equally busy take turns. */
  #leastOfAll(tried: readonly N[] | null, now: number): LoadedMember<N> | null {
    const { serving } = this.#list;
    this.#turn += 1;
    let best: LoadedMember<N> | null = null;
    let least = Infinity;
    for (let i = 0; i < serving.length; i += 1) {
      const member = serving[(this.#turn + i) % serving.length] as LoadedMember<N>;
      const score = isEligible(member, tried) ? scoreOf(member, now) : Infinity;
      if (score < least) [best, least] = [member, score];
    }
    return best;
  }

  #leastOfSample(tried: readonly N[] | null, now: number): LoadedMember<N> | null {
    let best = this.#list.draw(tried, null);
    if (best === null) return null;
    let least = scoreOf(best, now);
    for (let i = 1; i < sampleSize; i += 1) {
      const member = this.#list.draw(tried, best);
      const score = member === null ? Infinity : scoreOf(member, now);
      if (score < least) [best, least] = [member as LoadedMember<N>, score];
    }
    return best;
  }
}

function scoreOf<N extends BalancedNode>({ node, load }: LoadedMember<N>, now: number): number {
  return (1 + load.active(now)) / node.weight;
}

/** A load that is counted by this engine alone. */
export function ownLoad(): Load {
  let active = 0;
  return {
    active: () => active,
    add: () => {
      active += 1;
    },
    remove: () => {
      active -= 1;
    },
  };
}

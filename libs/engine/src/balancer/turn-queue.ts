import { type BalancedNode, isEligible, type Member, type Picker } from './balancer.ts';

/** The golden ratio spreads the first turns evenly, whatever the number of nodes. */
const goldenRatio = 0.618_033_988_749_895;

/**
 * Weighted round robin for many nodes: each has its next turn in virtual time, `1 / weight` after the last one, and the
 * earliest turn wins. A choice costs O(log n).
 */
export class TurnQueue<N extends BalancedNode> implements Picker<N> {
  readonly #members: readonly Member<N>[];
  /** When the next turn of each member is. */
  readonly #turns: Float64Array;
  /** Indexes of the serving members, a binary heap by turn. */
  readonly #heap: Int32Array;
  readonly #aside: number[] = [];
  #size = 0;
  #now = 0;

  constructor(members: readonly Member<N>[], previous: TurnQueue<N> | null, skip: number) {
    this.#members = members;
    this.#turns = new Float64Array(members.length);
    this.#heap = new Int32Array(members.length);
    const known = previous?.turns();
    for (const [i, { node }] of members.entries())
      this.#turns[i] = known?.get(node.name) ?? (((i + skip + 1) * goldenRatio) % 1) / node.weight;
    this.onServingChange();
  }

  pick(tried: readonly N[] | null): N | null {
    const aside = this.#aside;
    let found = -1;
    while (this.#size > 0 && found < 0) {
      const top = this.#heap[0] as number;
      if (isEligible(this.#memberAt(top), tried)) found = top;
      else {
        aside.push(top);
        this.#removeTop();
      }
    }
    if (found >= 0) this.#take(found);
    for (let i = aside.pop(); i !== undefined; i = aside.pop()) this.#insert(i);
    return found < 0 ? null : this.#memberAt(found).node;
  }

  /** Those that were away have no turns to catch up with. */
  onServingChange(): void {
    this.#size = 0;
    for (let i = 0; i < this.#members.length; i += 1) {
      if (!this.#memberAt(i).isServing) continue;
      this.#turns[i] = Math.max(this.#turnOf(i), this.#now);
      this.#insert(i);
    }
  }

  /** The next turn of each node from now on, by name. */
  turns(): ReadonlyMap<string, number> {
    return new Map(this.#members.map(({ node }, i) => [node.name, Math.max(this.#turnOf(i) - this.#now, 0)]));
  }

  #take(index: number): void {
    const turn = this.#turnOf(index);
    this.#now = turn;
    this.#turns[index] = turn + 1 / this.#memberAt(index).node.weight;
    this.#sink(0);
  }

  #insert(index: number): void {
    let at = this.#size;
    this.#size += 1;
    const turn = this.#turnOf(index);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.#heap[above] as number;
      if (this.#turnOf(other) <= turn) break;
      this.#heap[at] = other;
      at = above;
    }
    this.#heap[at] = index;
  }

  #removeTop(): void {
    this.#size -= 1;
    this.#heap[0] = this.#heap[this.#size] as number;
    this.#sink(0);
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const index = heap[from] as number;
    const turn = this.#turnOf(index);
    let at = from;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= this.#size) break;
      const right = below + 1;
      if (right < this.#size && this.#turnOf(heap[right] as number) < this.#turnOf(heap[below] as number))
        below = right;
      if (this.#turnOf(heap[below] as number) >= turn) break;
      heap[at] = heap[below] as number;
      at = below;
    }
    heap[at] = index;
  }

  #turnOf(index: number): number {
    return this.#turns[index] as number;
  }

  #memberAt(index: number): Member<N> {
    return this.#members[index] as Member<N>;
  }
}

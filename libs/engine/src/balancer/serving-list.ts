import { type BalancedNode, isEligible, type Member } from './balancer.ts';
import type { RandomSource } from './random.ts';

const drawsMax = 8;

/** The members that serve, so that one of them can be drawn in constant time. */
export class ServingList<M extends Member<BalancedNode>> {
  readonly #members: readonly M[];
  readonly #random: RandomSource;
  #serving: readonly M[];

  constructor(members: readonly M[], random: RandomSource) {
    this.#members = members;
    this.#random = random;
    this.#serving = members;
  }

  get serving(): readonly M[] {
    return this.#serving;
  }

  refresh(): void {
    this.#serving = this.#members.filter(({ isServing }) => isServing);
  }

  /** A random member other than `except` that was not tried yet; null where there is none. */
  draw(tried: readonly BalancedNode[] | null, except: M | null): M | null {
    const list = this.#serving;
    if (list.length === 0) return null;
    let at = 0;
    for (let i = 0; i < drawsMax; i += 1) {
      at = this.#random.below(list.length);
      const drawn = list[at] as M;
      if (drawn !== except && isEligible(drawn, tried)) return drawn;
    }
    // Nearly all were tried: whichever comes next.
    for (let i = 0; i < list.length; i += 1) {
      const next = list[(at + i) % list.length] as M;
      if (next !== except && isEligible(next, tried)) return next;
    }
    return null;
  }
}

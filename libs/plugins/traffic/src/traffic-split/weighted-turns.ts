/** One of several things to choose from. */
interface Turn<T> {
  readonly of: T;
  readonly weight: number;
  current: number;
}

/**
 * Smooth weighted round robin: in as many turns as the weights add up to, each comes as often as its weight says, and heavy
 * ones do not come in a row where that can be helped.
 */
export class WeightedTurns<T> {
  readonly #turns: readonly Turn<T>[];
  readonly #total: number;

  /** At least one weight must be above 0. */
  constructor(choices: readonly { readonly of: T; readonly weight: number }[]) {
    this.#turns = choices.filter(({ weight }) => weight > 0).map(({ of, weight }) => ({ of, weight, current: 0 }));
    this.#total = this.#turns.reduce((sum, { weight }) => sum + weight, 0);
    if (this.#turns.length === 0) throw new RangeError('There is nothing to choose from.');
  }

  /** Whose turn it is; it stays so. */
  peek(): T {
    return this.#best().of;
  }

  /** Whose turn it is; the next one is another's. */
  take(): T {
    const best = this.#best();
    for (const turn of this.#turns) turn.current += turn.weight;
    best.current -= this.#total;
    return best.of;
  }

  #best(): Turn<T> {
    let best = this.#turns[0] as Turn<T>;
    for (const turn of this.#turns) {
      if (turn.current + turn.weight > best.current + best.weight) best = turn;
    }
    return best;
  }
}

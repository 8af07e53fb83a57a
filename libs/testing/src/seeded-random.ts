/** Numbers that look random and are the same in every run, so that a failure can be repeated. */
export interface SeededRandom {
  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** True in one of `n` cases. */
  oneIn(n: number): boolean;
}

/** A generator for property tests. Not for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;
  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('There is nothing to pick from.');
      return item;
    },
  };
}

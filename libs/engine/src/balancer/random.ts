/** A source of whole numbers from 0 up to, not including, `bound`. */
export interface RandomSource {
  below(bound: number): number;
}

/** Numbers for spreading load: fast, and good for nothing secret (xorshift32). */
export class FastRandom implements RandomSource {
  #state: number;

  constructor(seed: number) {
    // Zero would stay zero.
    this.#state = seed | 0 || 0x9e3779b9;
  }

  below(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % bound;
  }
}

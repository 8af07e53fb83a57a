import type { Counters } from '@sluice/plugin-kit';

/** How long failures are remembered at least, in seconds. */
const MEMORY_SECONDS_MIN = 600;
/** 2 to this power is longer than any break. */
const EXPONENT_MAX = 40;

/** When a breaker opens, for how long, and when it forgets. */
export interface BreakerLimits {
  readonly failures: number;
  readonly successes: number;
  readonly openSecondsMax: number;
}

/** Breakers by key, in the counters that all workers of the node share. What nobody fails at costs nothing. */
export class Breaker {
  readonly #counters: Counters;
  readonly #limits: BreakerLimits;
  /** Longer than any break: the next one must know of the last. */
  readonly #memorySeconds: number;

  constructor(counters: Counters, limits: BreakerLimits) {
    this.#counters = counters;
    this.#limits = limits;
    this.#memorySeconds = Math.max(MEMORY_SECONDS_MIN, limits.openSecondsMax * 2);
  }

  isOpen(key: string): boolean {
    return this.#counters.read(`${key}:open`) > 0;
  }

  fail(key: string): void {
    const failures = this.#counters.add(`${key}:failures`, 1, this.#memorySeconds);
    this.#counters.clear(`${key}:successes`);
    if (failures % this.#limits.failures === 0) this.#open(key, failures);
  }

  succeed(key: string): void {
    if (this.#counters.read(`${key}:failures`) === 0) return;
    const successes = this.#counters.add(`${key}:successes`, 1, this.#memorySeconds);
    if (successes < this.#limits.successes) return;
    for (const what of ['open', 'failures', 'successes']) this.#counters.clear(`${key}:${what}`);
  }

  #open(key: string, failures: number): void {
    const exponent = Math.min(Math.floor(failures / this.#limits.failures), EXPONENT_MAX);
    const seconds = Math.min(2 ** exponent, this.#limits.openSecondsMax);
    // A sum is forgotten when its time is over, counted from when it was begun: begun anew, both last long enough.
    this.#counters.clear(`${key}:failures`);
    this.#counters.add(`${key}:failures`, failures, this.#memorySeconds);
    this.#counters.clear(`${key}:open`);
    this.#counters.add(`${key}:open`, 1, seconds);
  }
}

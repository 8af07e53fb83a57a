import type { Clock, Loaded } from '@sluice/plugin-kit';
import { ProviderError } from './provider-error.ts';

const firstPauseMs = 500;
const pauseMsMax = 30_000;

interface Options<T> {
  /** Makes what is kept of the document; throws a `ProviderError` where it is none. */
  read(): Promise<T>;
  /** How old it may become before it is read again, in milliseconds. */
  readonly ageMsMax: number;
  readonly clock: Clock;
}

/**
 * A document of the provider that is read once for all, and again when it is old. However many want it, it is asked for once;
 * where it cannot be read, the next try waits longer each time, and until then everybody is told so at once. An old one
 * serves, for as long again, while a new one cannot be had.
 */
export class KeptDocument<T extends object> {
  readonly #options: Options<T>;
  #value: T | undefined;
  #readAt = 0;
  #flight: Promise<T> | undefined;
  #failures = 0;
  #triedAt = -Infinity;
  #problem: unknown;

  constructor(options: Options<T>) {
    this.#options = options;
  }

  /** What is there now, be it old. */
  get current(): T | undefined {
    return this.#value;
  }

  /** The document. Throws, or rejects with, a `ProviderError` while it cannot be had. */
  get(): Loaded<T> {
    const { clock, ageMsMax } = this.#options;
    const age = clock.now() - this.#readAt;
    if (this.#value && age < ageMsMax) return this.#value;
    const isUsable = this.#value !== undefined && age < 2 * ageMsMax;
    if (this.#flight === undefined && this.#isPausing()) {
      if (isUsable && this.#value) return this.#value;
      throw this.#problem ?? new ProviderError('The provider was asked a moment ago.', true);
    }
    const flight = (this.#flight ??= this.#start());
    if (!isUsable || !this.#value) return flight;
    // Whoever waits for a new one is told; here the old one serves.
    flight.catch(() => undefined);
    return this.#value;
  }

  /** Reads it again now, because something in it is missing; undefined where that was tried within `pauseMs`. */
  again(pauseMs: number): Promise<T> | undefined {
    if (this.#flight) return this.#flight;
    if (this.#options.clock.now() - this.#triedAt < pauseMs || this.#isPausing()) return undefined;
    return (this.#flight = this.#start());
  }

  #isPausing(): boolean {
    if (this.#failures === 0) return false;
    const pause = Math.min(firstPauseMs * 2 ** (this.#failures - 1), pauseMsMax);
    return this.#options.clock.now() - this.#triedAt < pause;
  }

  async #start(): Promise<T> {
    this.#triedAt = this.#options.clock.now();
    try {
      const value = await this.#options.read();
      this.#value = value;
      this.#readAt = this.#options.clock.now();
      this.#failures = 0;
      return value;
    } catch (error) {
      this.#failures += 1;
      this.#triedAt = this.#options.clock.now();
      this.#problem = error;
      throw error;
    } finally {
      this.#flight = undefined;
    }
  }
}

import type { RequestTimes } from '@sluice/plugin-kit';

/** How long requests of the burst wait: for each full load before them about as long as requests take. */
export class BurstDelay {
  #unitMs: number;
  readonly #isFixed: boolean;

  constructor(initialMs: number, isFixed: boolean) {
    this.#unitMs = initialMs;
    this.#isFixed = isFixed;
  }

  /** Milliseconds that the `count`-th request under way waits where `conn` may pass at once. */
  for(count: number, conn: number): number {
    return count > conn ? this.#unitMs * Math.floor((count - 1) / conn) : 0;
  }

  /** A request is over that had waited `delayMs`: the delay follows the time that requests really take. */
  learn({ upstreamMs, totalMs }: RequestTimes, delayMs: number): void {
    if (this.#isFixed) return;
    const tookMs = upstreamMs >= 0 ? upstreamMs : totalMs - delayMs;
    if (tookMs > 0) this.#unitMs = (this.#unitMs + tookMs) / 2;
  }
}

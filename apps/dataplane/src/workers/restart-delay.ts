/** A worker that lived this long was no crash at the start. */
const steadyMs = 30_000;
const firstDelayMs = 250;
const delayMaxMs = 30_000;

/** When a worker that died is started again: at once, and later and later while it keeps dying young. */
export class RestartDelay {
  #youngDeaths = 0;

  /** Deaths in a row of workers that did not live long. */
  get youngDeaths(): number {
    return this.#youngDeaths;
  }

  /** Milliseconds to wait after the death of a worker that lived for `livedMs`. */
  after(livedMs: number): number {
    this.#youngDeaths = livedMs >= steadyMs ? 0 : this.#youngDeaths + 1;
    if (this.#youngDeaths <= 1) return 0;
    return Math.min(firstDelayMs * 2 ** (this.#youngDeaths - 2), delayMaxMs);
  }
}

/** Lets a loop rest until there is something to do. What wakes it while it is busy is not missed. */
export class WakeUp {
  #isWoken = false;
  #wake: (() => void) | undefined;

  wake(): void {
    this.#isWoken = true;
    this.#wake?.();
  }

  /** Resolves when it was woken since the last rest, or after a time, or when the signal aborts. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isWoken && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      this.#wake = resolve;
      const stop = (): void => resolve();
      signal.addEventListener('abort', stop);
      await promise;
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    }
    this.#isWoken = false;
  }
}

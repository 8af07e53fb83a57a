import type { Log } from '@sluice/plugin-kit';

/** Runs a task again and again, each time so long after it has ended. Its errors are logged, and it goes on. */
export class RepeatedTask {
  readonly #everyMs: number;
  readonly #task: () => void | Promise<void>;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(everyMs: number, task: () => void | Promise<void>, plugin: string, log: Log) {
    this.#everyMs = everyMs;
    this.#task = task;
    this.#onError = (error) => log.error('a task of a plugin failed', { plugin, error: String(error) });
    this.#schedule();
  }

  dispose(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#run(), this.#everyMs).unref();
  }

  async #run(): Promise<void> {
    try {
      await this.#task();
    } catch (error) {
      this.#onError(error);
    }
    this.#schedule();
  }
}

import type { Log } from '@sluice/plugin-kit';

/** Something that must end with its exchange. */
export interface Abortable {
  abort(): void;
}

/** What plugins have under way for an exchange besides its own way to the upstream. Most exchanges have none. */
export class SideWork {
  readonly #calls = new Set<Abortable>();
  readonly #tasks: (() => void | Promise<void>)[] = [];
  #controller: AbortController | null = null;
  #isOver = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Ends a call with the exchange, at once where that is over already. */
  add(call: Abortable): void {
    if (this.#isOver) call.abort();
    else this.#calls.add(call);
  }

  remove(call: Abortable): void {
    this.#calls.delete(call);
  }

  after(task: () => void | Promise<void>): void {
    this.#tasks.push(task);
  }

  /** The exchange is over: what is under way ends. */
  abort(): void {
    this.#isOver = true;
    for (const call of this.#calls) call.abort();
    this.#calls.clear();
    this.#controller?.abort();
  }

  /** Runs what plugins have left for the end; whatever one of them does, the others run. */
  async runTasks(log: Log, requestId: string): Promise<void> {
    for (const task of this.#tasks) {
      try {
        await task();
      } catch (error) {
        log.error('a task after a response failed', { request_id: requestId, error: String(error) });
      }
    }
  }
}

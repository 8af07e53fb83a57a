import type { WorkerHandle } from './worker-handle.ts';

/** A question to several workers: over when each has answered or is gone. */
export class AnswerRound<A> {
  readonly #waiting: Set<WorkerHandle>;
  readonly #answers: A[] = [];
  readonly #over = Promise.withResolvers<readonly A[]>();

  constructor(workers: Iterable<WorkerHandle>) {
    this.#waiting = new Set(workers);
    this.#settle();
  }

  /** The answers of those who lived to give one. */
  get over(): Promise<readonly A[]> {
    return this.#over.promise;
  }

  isWaitingFor(worker: WorkerHandle): boolean {
    return this.#waiting.has(worker);
  }

  answer(worker: WorkerHandle, answer: A): void {
    if (!this.#waiting.delete(worker)) return;
    this.#answers.push(answer);
    this.#settle();
  }

  gone(worker: WorkerHandle): void {
    if (this.#waiting.delete(worker)) this.#settle();
  }

  #settle(): void {
    if (this.#waiting.size === 0) this.#over.resolve(this.#answers);
  }
}

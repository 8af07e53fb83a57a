/** Asks for the metrics of all workers. Whoever wants them while somebody waits for the answer waits for the same one. */
export class MetricsQuestion {
  readonly #send: () => void;
  #waiting: PromiseWithResolvers<string> | null = null;

  /** `send` asks the supervisor. */
  constructor(send: () => void) {
    this.#send = send;
  }

  ask(): Promise<string> {
    if (this.#waiting === null) {
      this.#waiting = Promise.withResolvers<string>();
      this.#send();
    }
    return this.#waiting.promise;
  }

  /** The supervisor's answer. */
  take(text: string): void {
    this.#waiting?.resolve(text);
    this.#waiting = null;
  }
}

import { type IncomingMessage, request } from 'node:http';
// oxlint-disable-next-line no-restricted-imports -- The pace of the clients.
import { setTimeout as pause } from 'node:timers/promises';

/** A request that did not get its answer. */
export interface FailedRequest {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly reason: string;
}

const pauseMs = 10;

/**
 * Steady traffic: clients that ask for one path, one request after the other, each on a connection of its own, and never
 * try again by themselves. A request that takes long is no failure; one that breaks off or answers wrongly is.
 */
export class Traffic {
  readonly failures: FailedRequest[] = [];
  answered = 0;
  readonly #port: number;
  readonly #path: string;
  readonly #expected: string;
  readonly #clients: Promise<void>[];
  #isOver = false;

  constructor(target: { readonly port: number; readonly path: string; readonly expected: string }, clients: number) {
    this.#port = target.port;
    this.#path = target.path;
    this.#expected = target.expected;
    this.#clients = Array.from({ length: clients }, () => this.#run());
  }

  /** Stops asking and waits for the last answers. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const startedAt = performance.now();
      try {
        await this.#ask();
        this.answered += 1;
      } catch (error) {
        this.failures.push({ startedAt, endedAt: performance.now(), reason: String(error) });
      }
      await pause(pauseMs);
    }
  }

  async #ask(): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port: this.#port, path: this.#path, agent: false }, resolve);
      call.setTimeout(20_000, () => call.destroy(new Error('no answer in 20 s')));
      call.on('error', reject).end();
    });
    let body = '';
    for await (const chunk of response) body += String(chunk);
    if (response.statusCode !== 200 || body !== this.#expected)
      throw new Error(`${response.statusCode} ${body.slice(0, 80)}`);
  }
}

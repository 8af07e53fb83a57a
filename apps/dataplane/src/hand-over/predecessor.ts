import { setTimeout as delay } from 'node:timers/promises';
import { dataPlaneErrors } from '../dataplane.errors.ts';

const pauseMs = 50;
/** How long the other one may take to let go of its private ports, in milliseconds. */
const releaseMs = 10_000;
const answerMs = 5_000;

/** The data plane that serves on this machine's ports, as the one that takes over sees it: through its control API. */
export class Predecessor {
  readonly pid: number;
  readonly #url: string;

  private constructor(url: string, pid: number) {
    this.#url = url;
    this.pid = pid;
  }

  /** The data plane whose control API answers on this port; undefined where there is none. */
  static async find(controlPort: number): Promise<Predecessor | undefined> {
    const url = `http://127.0.0.1:${controlPort}`;
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(answerMs) }).catch(() => undefined);
    if (!answer?.ok) return undefined;
    const { pid } = (await answer.json()) as { pid?: unknown };
    return typeof pid === 'number' ? new Predecessor(url, pid) : undefined;
  }

  /** Has it write down what it serves, so that this data plane begins with the same. */
  keep(): Promise<void> {
    return this.#post('/v1/keep');
  }

  /**
   * Once the new one serves (`listening` gives a promise then), has the old one give up its private ports and its source,
   * finish its requests, and end; `open` opens those ports.
   */
  async giveWay(listening: () => Promise<void> | undefined, open: () => Promise<void>): Promise<void> {
    while (!listening()) await delay(pauseMs);
    await listening();
    await this.#post('/v1/hand-over');
    const deadline = performance.now() + releaseMs;
    for (;;) {
      try {
        return await open();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await delay(pauseMs);
      }
    }
  }

  async #post(path: string): Promise<void> {
    try {
      const answer = await fetch(`${this.#url}${path}`, { method: 'POST', signal: AbortSignal.timeout(answerMs) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
    } catch (error) {
      throw dataPlaneErrors.TAKE_OVER_FAILED(`process ${this.pid}, ${path}: ${String(error)}`, error);
    }
  }
}

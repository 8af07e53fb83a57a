import { reply } from '@sluice/plugin-kit';
import type { GatewayResponse } from './messages.ts';
import { respond } from './respond.ts';

/** A request's body that somebody waits for. */
export interface AwaitedBody {
  /** The watch's time when something of it arrived, or when the waiting began. */
  movedAt: number;
  /** The answer to its request; null where no client sends it. */
  readonly res: GatewayResponse | null;
}

const lookMs = 1_000;

/**
 * Ends requests whose clients stop sending. One timer looks after all bodies, a few times per limit: what is usual, a body that
 * arrives with its head, costs an entry in a set.
 */
export class BodyWatch {
  /** Counts looks. */
  now = 0;
  readonly #waiting = new Set<AwaitedBody>();
  readonly #everyMs: number;
  /** One more than the limit has, since a body may have begun to wait just before a look. */
  readonly #looksMax: number;
  #timer: NodeJS.Timeout | null = null;

  /** `limitMs` is the longest time between two pieces of a body. */
  constructor(limitMs: number) {
    this.#everyMs = Math.max(1, Math.min(lookMs, limitMs / 4));
    this.#looksMax = Math.ceil(limitMs / this.#everyMs) + 1;
  }

  /** The client is expected to send from now on. */
  expect(body: AwaitedBody): void {
    if (this.#waiting.has(body)) return;
    body.movedAt = this.now;
    this.#waiting.add(body);
    this.#timer ??= setInterval(() => this.#look(), this.#everyMs).unref();
  }

  /** Nothing is expected any more, or nothing is wanted just now. */
  leave(body: AwaitedBody): void {
    this.#waiting.delete(body);
  }

  isAwaiting(body: AwaitedBody): boolean {
    return this.#waiting.has(body);
  }

  #look(): void {
    this.now += 1;
    for (const body of this.#waiting) {
      if (this.now - body.movedAt < this.#looksMax) continue;
      this.#waiting.delete(body);
      // Once there is an answer, whoever sends it decides how long to wait: a stream may be silent in one direction.
      if (body.res?.exchange?.isAnswered === false) refuseBody(body.res, tooLate);
    }
    if (this.#waiting.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

const tooLate = reply(408);

/** Answers a request whose body is not read any further. What the upstream got of it breaks off, so that it cannot look whole. */
export function refuseBody(res: GatewayResponse, answer: ReturnType<typeof reply>): void {
  const { exchange } = res;
  if (exchange === null) return res.breakOff();
  exchange.call?.abort();
  res.shouldKeepAlive = false;
  if (exchange.isAnswered) res.breakOff();
  else respond(exchange, answer);
}

import { isIP } from 'node:net';
import type { Clock } from '@sluice/plugin-kit';

/** The addresses of a name, and for how many milliseconds they hold. */
export interface FoundAddresses {
  readonly addresses: readonly string[];
  readonly validMs: number;
}

/** Finds all addresses of a name. Rejects where that failed, which says nothing about the name. */
export type Lookup = (host: string) => Promise<FoundAddresses>;

interface Answer {
  addresses: readonly string[];
  expiresAt: number;
  pending: Promise<readonly string[]> | null;
  /** Whose turn it is. */
  turn: number;
}

/** How soon after a failure, or the news that there is no such name, it is asked for again. */
const retryMs = 2_000;
/** However short-lived an answer is, a name is not asked for with every request. */
const validMsMin = 1_000;
const validMsMax = 24 * 3_600_000;

/** The addresses of names in configurations. A failed look-up keeps the last good answer. */
export class Resolver {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  constructor(clock: Clock, find: Lookup) {
    this.#clock = clock;
    this.#lookup = find;
  }

  /** At once where an answer is known, even while a newer one is being looked for. */
  resolve(host: string): readonly string[] | Promise<readonly string[]> {
    const literal = literalOf(host);
    if (literal !== null) return [literal];
    const answer = this.#answer(host);
    return answer.addresses.length > 0 ? answer.addresses : (answer.pending ?? answer.addresses);
  }

  /** One address, all of a name in turn; undefined where it has none. */
  next(host: string): string | undefined | Promise<string | undefined> {
    const literal = literalOf(host);
    if (literal !== null) return literal;
    const answer = this.#answer(host);
    if (answer.addresses.length > 0 || answer.pending === null) return takeTurn(answer);
    return answer.pending.then(() => takeTurn(answer));
  }

  /** No configuration asks for the name any more. */
  forget(host: string): void {
    this.#answers.delete(host);
  }

  #answer(host: string): Answer {
    let answer = this.#answers.get(host);
    if (!answer) this.#answers.set(host, (answer = { addresses: [], expiresAt: 0, pending: null, turn: 0 }));
    if (answer.expiresAt <= this.#clock.now()) answer.pending ??= this.#refresh(host, answer);
    return answer;
  }

  async #refresh(host: string, answer: Answer): Promise<readonly string[]> {
    let validMs = retryMs;
    try {
      const found = await this.#lookup(host);
      if (found.addresses.length > 0) {
        answer.addresses = found.addresses;
        validMs = Math.min(Math.max(found.validMs, validMsMin), validMsMax);
      }
    } catch {
      // The last good answer stays; where there is none, the empty list says so.
    }
    answer.expiresAt = this.#clock.now() + validMs;
    answer.pending = null;
    return answer.addresses;
  }
}

/** An address that stands for itself, without brackets; null for a name. */
function literalOf(host: string): string | null {
  const literal = host.startsWith('[') ? host.slice(1, -1) : host;
  return isIP(literal) === 0 ? null : literal;
}

function takeTurn(answer: Answer): string | undefined {
  const { addresses } = answer;
  const address = addresses[answer.turn % addresses.length];
  answer.turn = (answer.turn + 1) % Math.max(addresses.length, 1);
  return address;
}

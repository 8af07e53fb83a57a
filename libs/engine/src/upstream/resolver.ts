import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Clock } from '@sluice/plugin-kit';

/** Finds all addresses of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

interface Answer {
  addresses: readonly string[];
  expiresAt: number;
  pending: Promise<readonly string[]> | null;
}

/** The platform's resolver tells no TTL, so this is how long an answer is taken for fresh. */
const freshMs = 10_000;

/** The addresses of names in configurations. A failed look-up keeps the last good answer. */
export class Resolver {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  constructor(clock: Clock, find: Lookup = platformLookup) {
    this.#clock = clock;
    this.#lookup = find;
  }

  /** At once where an answer is known, even while a newer one is being looked for. */
  resolve(host: string): readonly string[] | Promise<readonly string[]> {
    const literal = host.startsWith('[') ? host.slice(1, -1) : host;
    if (isIP(literal) !== 0) return [literal];
    let answer = this.#answers.get(host);
    if (!answer) this.#answers.set(host, (answer = { addresses: [], expiresAt: 0, pending: null }));
    if (answer.expiresAt <= this.#clock.now()) answer.pending ??= this.#refresh(host, answer);
    if (answer.addresses.length > 0) return answer.addresses;
    return answer.pending ?? answer.addresses;
  }

  /** Forgets names that no configuration asks for any more. */
  keepOnly(hosts: ReadonlySet<string>): void {
    for (const host of this.#answers.keys()) if (!hosts.has(host)) this.#answers.delete(host);
  }

  async #refresh(host: string, answer: Answer): Promise<readonly string[]> {
    try {
      const addresses = await this.#lookup(host);
      if (addresses.length > 0) answer.addresses = addresses;
    } catch {
      // The last good answer stays; where there is none, the empty list says so.
    }
    answer.expiresAt = this.#clock.now() + freshMs;
    answer.pending = null;
    return answer.addresses;
  }
}

/** IPv4 where there is any: `localhost` has both kinds nearly everywhere, and most servers listen on one. */
async function platformLookup(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  const ipv4 = found.filter(({ family }) => family === 4);
  return (ipv4.length > 0 ? ipv4 : found).map(({ address }) => address);
}

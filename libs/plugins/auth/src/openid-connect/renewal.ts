import { hash } from 'node:crypto';
import { type Kit, waitFor } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';
import { timeoutMsOf } from './provider-access.ts';
import { isAway, reasonOf } from './provider-error.ts';
import type { ProviderClient, Tokens } from './provider-client.ts';
import type { Seal } from './seal.ts';

/** How long those who come late, with the session of before, still get the tokens that others have got. */
const keptSeconds = 60;

/** How long a refresh token that is worth nothing is not tried again. */
const overSeconds = 5;
const pollMs = 25;

interface Parts {
  readonly client: ProviderClient;
  readonly kit: Pick<Kit, 'counters' | 'log' | 'store'>;
  readonly seal: Seal;
  readonly timeout: number;
}

/** What came of it: tokens; `over` where the provider gives none any more; `away` where it cannot be asked. */
export type Renewal = Tokens | 'over' | 'away';

/**
 * Exchanges refresh tokens, each of them once on this node, however many requests of a browser find at the same moment that
 * their access token has ended: providers take a second use of a refresh token for a theft, and end everything.
 */
export class Renewals {
  readonly #parts: Parts;
  readonly #flights = new Map<string, Promise<Renewal>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** New tokens for a refresh token. Never rejects for the provider's reasons. */
  renew(refreshToken: string): Promise<Renewal> {
    const key = hash('sha256', refreshToken, 'base64url');
    let flight = this.#flights.get(key);
    if (!flight) {
      flight = this.#renew(refreshToken, key).finally(() => this.#flights.delete(key));
      this.#flights.set(key, flight);
    }
    return flight;
  }

  async #renew(refreshToken: string, key: string): Promise<Renewal> {
    const timeoutMs = timeoutMsOf(this.#parts);
    const lock = `renewal ${key}`;
    const lockSeconds = Math.ceil(timeoutMs / 1000) + 1;
    const known = this.#known(key);
    if (known) return known;
    if (this.#parts.kit.counters.add(lock, 1, lockSeconds) > 1) return this.#waitForOther(key, timeoutMs);
    try {
      const tokens = await this.#parts.client.refresh(refreshToken);
      this.#keep(key, tokens, keptSeconds);
      return tokens;
    } catch (error) {
      const outcome = isAway(error) ? 'away' : 'over';
      if (outcome === 'over') this.#keep(key, outcome, overSeconds);
      this.#parts.kit.log.warn('The OpenID provider gives no new tokens.', { error: reasonOf(error), outcome });
      return outcome;
    } finally {
      this.#parts.kit.counters.clear(lock);
    }
  }

  /** Another worker of this node has begun. */
  async #waitForOther(key: string, timeoutMs: number): Promise<Renewal> {
    for (let left = timeoutMs; left > 0; left -= pollMs) {
      await waitFor(pollMs, never);
      const known = this.#known(key);
      if (known) return known;
      if (this.#parts.kit.counters.read(`renewal ${key}`) === 0) break;
    }
    return this.#known(key) ?? 'away';
  }

  #keep(key: string, outcome: Renewal, seconds: number): void {
    const sealed = this.#parts.seal.seal({ outcome }, `renewal ${key}`);
    this.#parts.kit.store.set(`renewal ${key}`, Buffer.from(sealed), seconds);
  }

  #known(key: string): Renewal | undefined {
    const text = this.#parts.kit.store.get(`renewal ${key}`);
    const opened = text && this.#parts.seal.open(Buffer.from(text).toString(), `renewal ${key}`);
    return isJsonObject(opened) ? (opened as { outcome?: Renewal }).outcome : undefined;
  }
}

const never = new AbortController().signal;

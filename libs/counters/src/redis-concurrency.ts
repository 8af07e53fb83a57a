import { randomUUID } from 'node:crypto';
import type { Redis } from '@sluice/redis';
import { redisKey } from './redis-counters.ts';
import { countPlaces, enterPlace, renewPlaces } from './redis-scripts.ts';

/** How long a place is held without a word of who has it: what a killed data plane had under way is forgotten after this. */
const leaseMsMax = 30_000;
/** Renewing leaves room for a try that fails. */
const renewalsPerLease = 3;
/** Places that one command renews, and commands that are under way at once. */
const renewedAtOnce = 500;

/** Something that is under way. */
export interface ConcurrencyEntry {
  readonly key: string;
  readonly who: string;
  readonly since: number;
}

/** Told apart from other workers and data planes; entries are numbered. */
const workerName = randomUUID();
let entered = 0;

/**
 * Counts what is under way on all data planes that use a Redis. Each holds a lease on what it has under way and renews it, so
 * that nothing is counted for long when it is killed; `secondsMax` is how long one of them counts at most.
 */
export class RedisConcurrency {
  readonly #redis: Redis;
  readonly #msMax: number;
  readonly #leaseMs: number;
  readonly #held = new Set<ConcurrencyEntry>();
  readonly #leaving = new Set<Promise<unknown>>();

  constructor(redis: Redis, secondsMax: number) {
    this.#redis = redis;
    this.#msMax = secondsMax * 1000;
    this.#leaseMs = Math.min(this.#msMax, leaseMsMax);
  }

  /** How often `renew` must be called, in milliseconds. */
  get renewalMs(): number {
    return this.#leaseMs / renewalsPerLease;
  }

  /**
   * Counts one more under way for `key` where there are at most `most` then, and answers how many that makes; more than
   * `most` means that it was not counted. Only what was counted has an entry, which must leave.
   */
  async enter(key: string, most: number): Promise<{ readonly count: number; readonly entry?: ConcurrencyEntry }> {
    entered += 1;
    const entry = { key: redisKey('conn', key), who: `${workerName}:${entered}`, since: performance.now() };
    const count = Number(await this.#redis.run(enterPlace, entry.key, [most, this.#leaseMs, entry.who]));
    if (count > most) return { count };
    this.#held.add(entry);
    return { count, entry };
  }

  /** Where Redis cannot be told, the lease runs out by itself. */
  leave(entry: ConcurrencyEntry): void {
    this.#held.delete(entry);
    const told = this.#redis
      .send(entry.key, ['ZREM', entry.key, entry.who])
      .catch(() => undefined)
      .finally(() => this.#leaving.delete(told));
    this.#leaving.add(told);
  }

  /** How many are under way now. */
  async count(key: string): Promise<number> {
    return Number(await this.#redis.run(countPlaces, redisKey('conn', key), []));
  }

  /** Renews the leases of what is still under way and not too old. Redis that is away learns of it with the next call. */
  async renew(): Promise<void> {
    const places = new Map<string, string[]>();
    const now = performance.now();
    for (const { key, who, since } of this.#held) {
      if (now - since + this.#leaseMs > this.#msMax) continue;
      const names = places.get(key);
      if (names) names.push(who);
      else places.set(key, [who]);
    }
    let renewing: Promise<unknown>[] = [];
    for (const [key, names] of places) {
      for (let at = 0; at < names.length; at += renewedAtOnce) {
        const args = [this.#leaseMs, ...names.slice(at, at + renewedAtOnce)];
        renewing.push(this.#redis.run(renewPlaces, key, args).catch(() => undefined));
      }
      if (renewing.length < renewedAtOnce) continue;
      await Promise.all(renewing);
      renewing = [];
    }
    await Promise.all(renewing);
  }

  /** Resolves when Redis knows of all that have left. */
  async close(): Promise<void> {
    await Promise.all(this.#leaving);
  }
}

import { type ConcurrencyEntry, RedisConcurrency } from '@sluice/counters';
import type { Concurrency, Kit } from '@sluice/plugin-kit';
import type { RedisPolicyConfig } from '@sluice/redis';
import { redisOf } from '../shared/redis-of.ts';
import type { Demand } from './limits.ts';

const keyTtlDefault = 3600;

/** A request under way. */
export interface Entered {
  /** How many are under way with it, for each of its demands. */
  readonly counts: readonly number[];
  leave(): void;
}

/** Where requests under way are counted: on the data plane at once, in Redis in a moment. Rejects where that is away. */
export interface Places {
  /** Counts a request in for all demands; undefined where it is one too many for one of them, and counts nowhere. */
  enter(demands: readonly Demand[]): Entered | undefined | Promise<Entered | undefined>;
  /** Whether one more would be counted in. */
  hasRoom(demands: readonly Demand[]): boolean | Promise<boolean>;
  dispose?(): Promise<void>;
}

type PlacesConfig = RedisPolicyConfig & { readonly policy: string; readonly key_ttl?: number };

/** The places where a configuration counts. */
export function placesOf(config: PlacesConfig, kit: Pick<Kit, 'log' | 'every' | 'concurrency'>): Places {
  const redis = redisOf(config, kit);
  if (!redis) return new NodePlaces(kit.concurrency);
  const shared = new RedisConcurrency(redis, config.key_ttl ?? keyTtlDefault);
  kit.every(shared.renewalMs, () => shared.renew());
  return new RedisPlaces(shared, () => redis.close());
}

class NodePlaces implements Places {
  readonly #concurrency: Concurrency;

  constructor(concurrency: Concurrency) {
    this.#concurrency = concurrency;
  }

  enter(demands: readonly Demand[]): Entered | undefined {
    const entered = new NodeEntered(this.#concurrency, demands);
    for (const { key, conn, burst } of demands) {
      const count = this.#concurrency.enter(key);
      entered.counts.push(count);
      if (count <= conn + burst) continue;
      entered.leave();
      return undefined;
    }
    return entered;
  }

  hasRoom(demands: readonly Demand[]): boolean {
    return demands.every(({ key, conn, burst }) => this.#concurrency.count(key) < conn + burst);
  }
}

class NodeEntered implements Entered {
  readonly counts: number[] = [];
  readonly #concurrency: Concurrency;
  readonly #demands: readonly Demand[];

  constructor(concurrency: Concurrency, demands: readonly Demand[]) {
    this.#concurrency = concurrency;
    this.#demands = demands;
  }

  leave(): void {
    for (const [at, { key }] of this.#demands.entries()) if (at < this.counts.length) this.#concurrency.leave(key);
  }
}

class RedisPlaces implements Places {
  readonly #shared: RedisConcurrency;
  readonly #close: () => void;

  constructor(shared: RedisConcurrency, close: () => void) {
    this.#shared = shared;
    this.#close = close;
  }

  async enter(demands: readonly Demand[]): Promise<Entered | undefined> {
    const entered = new RedisEntered(this.#shared);
    try {
      for (const { key, conn, burst } of demands) {
        const { count, entry } = await this.#shared.enter(key, conn + burst);
        if (!entry) {
          entered.leave();
          return undefined;
        }
        entered.entries.push(entry);
        entered.counts.push(count);
      }
    } catch (error) {
      entered.leave();
      throw error;
    }
    return entered;
  }

  async hasRoom(demands: readonly Demand[]): Promise<boolean> {
    for (const { key, conn, burst } of demands) if ((await this.#shared.count(key)) >= conn + burst) return false;
    return true;
  }

  async dispose(): Promise<void> {
    await this.#shared.close();
    this.#close();
  }
}

class RedisEntered implements Entered {
  readonly counts: number[] = [];
  readonly entries: ConcurrencyEntry[] = [];
  readonly #shared: RedisConcurrency;

  constructor(shared: RedisConcurrency) {
    this.#shared = shared;
  }

  leave(): void {
    for (const entry of this.entries) this.#shared.leave(entry);
  }
}

import { hash } from 'node:crypto';
import type { BucketState, WindowState } from '@sluice/plugin-kit';
import type { Redis, RedisReply, RedisScript } from '@sluice/redis';
import { addFixed, addSliding, hitBucket, hitFixed, hitSliding } from './redis-scripts.ts';

/** A fixed window begins with its first hit; a sliding one always looks back by its length. */
export type WindowKind = 'fixed' | 'sliding';

/** A window in which several data planes count, as it is after a hit. */
export interface SharedWindow extends WindowState {
  /** Tells the windows (intervals) of a key apart. */
  readonly id: number;
  /** Hits in it. */
  readonly used: number;
  /** Hits in the interval before, of a sliding window. */
  readonly before: number;
}

/** 34 years: what a counter of the data plane itself can hold as well. */
const windowMsMax = 2 ** 40 - 1;
/** Beyond it a key is kept as a digest: clients choose parts of keys, and must not fill Redis with long ones. */
const keyCharactersMax = 200;

/** Counters in Redis: exact across all data planes that use it, each hit one step. Everything rejects with a `RedisError`. */
export class RedisCounters {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Counts `cost` hits, as `Counters.hitWindow` does. */
  async hitWindow(kind: WindowKind, key: string, limit: number, seconds: number, cost: number): Promise<SharedWindow> {
    const script = kind === 'fixed' ? hitFixed : hitSliding;
    return windowFrom(await this.#run(script, kind, key, [limit, windowMs(seconds), cost]));
  }

  /** Adds hits that have passed already to a window that was seen before; undefined where it is over. */
  async addToWindow(
    kind: WindowKind,
    key: string,
    id: number,
    seconds: number,
    hits: number,
  ): Promise<SharedWindow | undefined> {
    const [script, args] = kind === 'fixed' ? [addFixed, [id, hits]] : [addSliding, [id, hits, windowMs(seconds)]];
    const reply = await this.#run(script, kind, key, args);
    return reply === null ? undefined : windowFrom(reply);
  }

  /** Takes `cost` out of a bucket, as `Counters.hitBucket` does. */
  async hitBucket(key: string, ratePerSecond: number, burst: number, cost: number): Promise<BucketState> {
    const [remaining = -1, delayMicros = 0] = numbersOf(
      await this.#run(hitBucket, 'bucket', key, [1e6 / ratePerSecond, burst, cost]),
    );
    return { remaining, delaySeconds: delayMicros / 1e6 };
  }

  #run(script: RedisScript, what: string, key: string, args: readonly number[]): Promise<RedisReply> {
    return this.#redis.run(script, redisKey(what, key), args);
  }
}

/** The key in Redis of something that is counted. */
export function redisKey(what: string, key: string): string {
  return `sluice:${what}:${key.length > keyCharactersMax ? hash('sha256', key, 'base64url') : key}`;
}

function windowMs(seconds: number): number {
  return Math.min(Math.ceil(seconds * 1000), windowMsMax);
}

function windowFrom(reply: RedisReply): SharedWindow {
  const [remaining = -1, resetMs = 0, id = 0, used = 0, before = 0] = numbersOf(reply);
  return { remaining, resetSeconds: resetMs / 1000, id, used, before };
}

function numbersOf(reply: RedisReply): number[] {
  return Array.isArray(reply) ? reply.map(Number) : [];
}

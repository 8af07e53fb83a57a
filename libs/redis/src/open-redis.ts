import { type Lease, type Log, Shared } from '@sluice/plugin-kit';
import { canonicalJson, type JsonValue } from '@sluice/schema';
import { ClusterRedis } from './cluster-redis.ts';
import type { Redis } from './redis.ts';
import type { RedisSettings } from './settings.ts';
import { singleRedis } from './single-redis.ts';

/** Configurations come and go, and there may be thousands: a worker keeps one connection for all that say the same. */
const shared = new Shared<Redis>();

/**
 * Redis, as `settings` say. Whoever opens it closes it; equal settings share what is behind it. Nothing is connected before
 * the first command.
 */
export function openRedis(settings: RedisSettings, log: Log): Redis {
  const key = canonicalJson(settings as unknown as JsonValue);
  return new Handle(shared.take({ log }, key, () => connected(settings, log)));
}

function connected(settings: RedisSettings, log: Log): Redis {
  return settings.mode === 'cluster' ? new ClusterRedis(settings, log) : singleRedis(settings, log);
}

class Handle implements Redis {
  readonly #lease: Lease<Redis>;
  readonly send: Redis['send'];
  readonly run: Redis['run'];
  #isClosed = false;

  constructor(lease: Lease<Redis>) {
    this.#lease = lease;
    this.send = lease.value.send.bind(lease.value);
    this.run = lease.value.run.bind(lease.value);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void this.#lease.release();
  }
}

import type { Clock } from '@sluice/plugin-kit';
import { ConnectionPool, type PoolSettings } from './connection-pool.ts';
import { Http2Pool } from './http2-pool.ts';
import type { Transport } from './transport.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

/** What the pools of every protocol have in common. */
export interface Pool {
  /** It had nothing left and was given up; its place may have been taken by another one. */
  isRetired: boolean;
  /** `serverName`: the host that is asked for where TLS is spoken, '' elsewhere; `isFresh`: no kept connection will do. */
  acquire(serverName: string, isFresh: boolean, connectMs: number): UpstreamConnection;
  /** Closes what has been idle too long. True where the pool has nothing left. */
  sweep(now: number): boolean;
  close(): void;
}

const sweepMs = 1000;

/** All connections to upstreams. */
export class ConnectionPools {
  readonly #pools = new Map<string, Pool>();
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = setInterval(() => this.#sweep(), sweepMs).unref();
  }

  /** The connections to an endpoint under a set of settings. */
  pool(transport: Transport, address: string, port: number, settings: PoolSettings): Pool {
    const key = `${address} ${port} ${transport.key} ${settings.idleMax} ${settings.idleMs} ${settings.requestsMax}`;
    let pool = this.#pools.get(key);
    if (!pool) {
      const Protocol = transport.isHttp2 ? Http2Pool : ConnectionPool;
      this.#pools.set(key, (pool = new Protocol({ transport, address, port }, settings, this.#clock)));
    }
    return pool;
  }

  /** Endpoints to which there are connections, or were until a moment ago. */
  get endpoints(): number {
    return this.#pools.size;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const pool of this.#pools.values()) pool.close();
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [key, pool] of this.#pools) {
      if (!pool.sweep(now)) continue;
      pool.isRetired = true;
      this.#pools.delete(key);
    }
  }
}

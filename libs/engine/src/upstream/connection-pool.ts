import type { Clock } from '@sluice/plugin-kit';
import { UpstreamConnection } from './upstream-connection.ts';

/** How connections are kept for the next request. */
export interface PoolSettings {
  /** Idle connections at most. */
  readonly idleMax: number;
  readonly idleMs: number;
  /** Requests after which a connection is closed. */
  readonly requestsMax: number;
}

const sweepMs = 1000;

/** The connections to one address under one set of settings. */
class ConnectionPool {
  readonly #address: string;
  readonly #port: number;
  readonly #settings: PoolSettings;
  readonly #clock: Clock;
  readonly #open: Set<UpstreamConnection>;
  /** The one used last is taken first, so that a falling load lets the others grow old. */
  readonly #idle: UpstreamConnection[] = [];
  usedAt: number;

  constructor(address: string, port: number, settings: PoolSettings, clock: Clock, open: Set<UpstreamConnection>) {
    this.#address = address;
    this.#port = port;
    this.#settings = settings;
    this.#clock = clock;
    this.#open = open;
    this.usedAt = clock.now();
  }

  acquire(isFresh: boolean, connectMs: number): UpstreamConnection {
    for (let kept = isFresh ? undefined : this.#idle.pop(); kept; kept = this.#idle.pop())
      if (kept.isUsable) return kept;
    const connection = new UpstreamConnection(this.#address, this.#port, connectMs, this);
    this.#open.add(connection);
    return connection;
  }

  /** Takes a connection back after an exchange. */
  release(connection: UpstreamConnection): void {
    const { idleMax, requestsMax, idleMs } = this.#settings;
    const isKept =
      connection.isUsable && connection.requests < requestsMax && idleMs > 0 && this.#idle.length < idleMax;
    if (!isKept) return connection.destroy();
    connection.idleSince = this.#clock.now();
    this.#idle.push(connection);
  }

  onClose(connection: UpstreamConnection): void {
    this.#open.delete(connection);
  }

  /** Closes what has been idle too long; the oldest stand first. True where the pool has nothing left. */
  sweep(now: number): boolean {
    const { idleMs } = this.#settings;
    const firstYoung = this.#idle.findIndex(({ isUsable, idleSince }) => isUsable && now - idleSince < idleMs);
    for (const old of this.#idle.splice(0, firstYoung < 0 ? this.#idle.length : firstYoung)) old.destroy();
    if (this.#idle.length > 0) this.usedAt = now;
    return now - this.usedAt > idleMs;
  }
}

export type { ConnectionPool };

/** All connections to upstreams. */
export class ConnectionPools {
  readonly #pools = new Map<string, ConnectionPool>();
  readonly #open = new Set<UpstreamConnection>();
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = setInterval(() => this.#sweep(), sweepMs).unref();
  }

  /** A connection to an address: a kept one, unless a fresh one is asked for. */
  acquire(address: string, port: number, settings: PoolSettings, connectMs: number, isFresh: boolean) {
    const key = `${address} ${port} ${settings.idleMax} ${settings.idleMs} ${settings.requestsMax}`;
    let pool = this.#pools.get(key);
    if (!pool) this.#pools.set(key, (pool = new ConnectionPool(address, port, settings, this.#clock, this.#open)));
    return pool.acquire(isFresh, connectMs);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const connection of this.#open) connection.destroy();
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [key, pool] of this.#pools) if (pool.sweep(now)) this.#pools.delete(key);
  }
}

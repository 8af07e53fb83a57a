import type { Clock } from '@sluice/plugin-kit';
import type { Pool } from './connection-pools.ts';
import { Http1Connection } from './http1-connection.ts';
import { TlsSessions } from './tls-sessions.ts';
import type { Endpoint } from './transport.ts';
import { openSocket } from './upstream-socket.ts';

/** How connections are kept for the next request. */
export interface PoolSettings {
  /** Idle connections at most. */
  readonly idleMax: number;
  readonly idleMs: number;
  /** Requests after which a connection is closed. */
  readonly requestsMax: number;
}

/** The HTTP/1.1 connections to one endpoint under one set of settings. */
export class ConnectionPool implements Pool {
  readonly endpoint: Endpoint;
  isRetired = false;
  readonly #settings: PoolSettings;
  readonly #clock: Clock;
  readonly #sessions = new TlsSessions();
  readonly #open = new Set<Http1Connection>();
  /** The one used last is taken first, so that a falling load lets the others grow old. */
  readonly #idle: Http1Connection[] = [];
  #usedAt: number;

  constructor(endpoint: Endpoint, settings: PoolSettings, clock: Clock) {
    this.endpoint = endpoint;
    this.#settings = settings;
    this.#clock = clock;
    this.#usedAt = clock.now();
  }

  /** A kept connection on which this name was asked for, or a new one. */
  acquire(serverName: string, isFresh: boolean, connectMs: number): Http1Connection {
    for (let kept = isFresh ? undefined : this.#takeIdle(serverName); kept; kept = this.#takeIdle(serverName))
      if (kept.isUsable) return kept;
    const socket = openSocket(this.endpoint, serverName, this.#sessions);
    const connection = new Http1Connection(socket, serverName, connectMs, this);
    this.#open.add(connection);
    return connection;
  }

  /** Takes a connection back after an exchange. */
  release(connection: Http1Connection): void {
    const { idleMax, requestsMax, idleMs } = this.#settings;
    if (!connection.isUsable || connection.requests >= requestsMax || idleMs <= 0) return connection.destroy();
    if (this.#idle.length >= idleMax) this.#idle.shift()?.destroy();
    connection.idleSince = this.#clock.now();
    this.#idle.push(connection);
  }

  onClose(connection: Http1Connection): void {
    this.#open.delete(connection);
  }

  /** Closes what has been idle too long; the oldest stand first. True where the pool has nothing left. */
  sweep(now: number): boolean {
    const { idleMs } = this.#settings;
    const firstYoung = this.#idle.findIndex(({ isUsable, idleSince }) => isUsable && now - idleSince < idleMs);
    for (const old of this.#idle.splice(0, firstYoung < 0 ? this.#idle.length : firstYoung)) old.destroy();
    if (this.#open.size > 0) this.#usedAt = now;
    return now - this.#usedAt > idleMs;
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
  }

  /** Without TLS any will do. With TLS only one that was opened for the name: the server may have chosen by it. */
  #takeIdle(serverName: string): Http1Connection | undefined {
    const idle = this.#idle;
    if (idle.length === 0 || idle[idle.length - 1]?.serverName === serverName) return idle.pop();
    const at = idle.findLastIndex((connection) => connection.serverName === serverName);
    return at < 0 ? undefined : idle.splice(at, 1)[0];
  }
}

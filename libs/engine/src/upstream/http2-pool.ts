import type { Clock } from '@sluice/plugin-kit';
import type { PoolSettings } from './connection-pool.ts';
import type { Pool } from './connection-pools.ts';
import { Http2Link } from './http2-link.ts';
import { Http2Stream } from './http2-stream.ts';
import { TlsSessions } from './tls-sessions.ts';
import type { Endpoint } from './transport.ts';
import type { UpstreamConnection } from './upstream-connection.ts';
import { openSocket } from './upstream-socket.ts';

/** The HTTP/2 connections to one endpoint: as few as can carry what is under way. */
export class Http2Pool implements Pool {
  readonly endpoint: Endpoint;
  isRetired = false;
  readonly #settings: PoolSettings;
  readonly #clock: Clock;
  readonly #sessions = new TlsSessions();
  readonly #links: Http2Link[] = [];
  #usedAt: number;

  constructor(endpoint: Endpoint, settings: PoolSettings, clock: Clock) {
    this.endpoint = endpoint;
    this.#settings = settings;
    this.#clock = clock;
    this.#usedAt = clock.now();
  }

  acquire(serverName: string, isFresh: boolean, connectMs: number): UpstreamConnection {
    const link = (isFresh ? undefined : this.#linkFor(serverName)) ?? this.#connect(serverName, connectMs);
    link.requests += 1;
    if (link.requests >= this.#settings.requestsMax) link.isClosing = true;
    return new Http2Stream(link);
  }

  sweep(now: number): boolean {
    for (const link of this.#links) link.sweep(now, this.#settings.idleMs);
    if (this.#links.length > 0) this.#usedAt = now;
    return now - this.#usedAt > this.#settings.idleMs;
  }

  close(): void {
    for (const link of this.#links) link.destroy();
  }

  now(): number {
    return this.#clock.now();
  }

  onClose(link: Http2Link): void {
    const at = this.#links.indexOf(link);
    if (at >= 0) this.#links.splice(at, 1);
  }

  #linkFor(serverName: string): Http2Link | undefined {
    return this.#links.find((link) => link.serverName === serverName && link.hasRoom);
  }

  #connect(serverName: string, connectMs: number): Http2Link {
    const socket = openSocket(this.endpoint, serverName, this.#sessions);
    const link = new Http2Link(socket, serverName, connectMs, this);
    this.#links.push(link);
    return link;
  }
}

import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Authenticator } from '../access/authenticator.ts';
import { roleIn } from '../access/role.ts';
import { Sessions } from '../access/sessions.ts';
import { overviewErrors } from './overview.errors.ts';
import type { EventClient } from './event-client.ts';

const HEARTBEAT_MS = 15_000;
const CLIENTS_MAX = 500;

/** The open event streams. A stream lives no longer than the right to read it. */
@Injectable()
export class EventStreams implements OnModuleInit, OnModuleDestroy {
  readonly #clients = new Set<EventClient>();
  #heartbeat: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  onModuleInit(): void {
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.#unsubscribe = this.sessions.onEnd((hashes) => {
      for (const client of this.#clients) {
        if (hashes.some((hash) => hash.equals(client.credential.hash))) client.close();
      }
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.#heartbeat);
    this.#unsubscribe?.();
    for (const client of this.#clients) client.close();
  }

  /** Refuses one more client than there is room for; call it before the stream is started. */
  requireRoom(): void {
    if (this.#clients.size >= CLIENTS_MAX) throw overviewErrors.TOO_MANY_STREAMS();
  }

  add(client: EventClient): void {
    this.#clients.add(client);
    client.onClose(() => this.#clients.delete(client));
  }

  /** The clients of a group. */
  of(groupId: number): EventClient[] {
    return [...this.#clients].filter((client) => client.groupId === groupId);
  }

  /** The groups that somebody watches. */
  watchedGroups(): ReadonlySet<number> {
    return new Set([...this.#clients].map(({ groupId }) => groupId));
  }

  send(groupId: number, event: string, data: unknown): void {
    for (const client of this.of(groupId)) client.send(event, data);
  }

  /** Sessions also end elsewhere: they expire, keys are revoked, other control planes sign people out. */
  async #beat(): Promise<void> {
    for (const client of this.#clients) {
      client.sendHeartbeat();
      // While the database is away nobody can tell; the next heartbeat asks again.
      const principal = await this.authenticator.recheck(client.credential).catch(() => null);
      if (principal !== null && !(principal && roleIn(principal.grants, client.group))) client.close();
    }
  }
}

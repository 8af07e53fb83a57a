import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { FeedDatabase } from './feed-database.ts';

/** Called with every head that is seen, also with one that is known already. */
export type HeadListener = (groupId: number, revision: number) => void;

const LISTEN = 'LISTEN sluice_revision';
const POLL_EVERY_MS = 1_000;
/** Notifications come when they like: only an answer that does not come tells that the link hangs. */
const HEARTBEAT_MS = 1_000;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

/**
 * Hears of new revisions, whichever control plane made them: at once by notification, and by a poll each second, so that
 * nothing is lost while the listening connection is down. A connection that has gone dead without a word is found out by
 * its heartbeat, and replaced.
 */
@Injectable()
export class RevisionListener {
  readonly #log = new Logger('publishing');
  #client: Client | undefined;
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #attempts = 0;
  #isStopped = false;

  constructor(@Inject(FeedDatabase) private readonly database: FeedDatabase) {}

  /** Begins to listen; resolves when the present heads have been told. */
  async start(onHead: HeadListener): Promise<void> {
    this.#poll = setInterval(() => void this.#tellHeads(onHead), POLL_EVERY_MS);
    await this.#listen(onHead);
    await this.#tellHeads(onHead);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#poll);
    clearTimeout(this.#heartbeat);
    clearTimeout(this.#reconnect);
    await this.#client?.end().catch(() => undefined);
    await this.#polling;
  }

  async #listen(onHead: HeadListener): Promise<void> {
    const client = this.database.newListener();
    this.#client = client;
    client.on('error', (error) => this.#lost(client, error.message, onHead));
    client.on('end', () => this.#lost(client, 'closed', onHead));
    client.on('notification', ({ payload = '' }) => {
      const [groupId, revision] = payload.split(':').map(Number);
      if (groupId !== undefined && revision !== undefined) onHead(groupId, revision);
    });
    try {
      await client.connect();
      await client.query(LISTEN);
      this.#attempts = 0;
      this.#beat(client, onHead);
      // What was committed between the loss of the old connection and now.
      await this.#tellHeads(onHead);
    } catch (error) {
      this.#lost(client, error instanceof Error ? error.message : String(error), onHead);
    }
  }

  /** Listening once more changes nothing, and has to be answered. */
  #beat(client: Client, onHead: HeadListener): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#heartbeat = setTimeout(() => {
      client.query(LISTEN).then(
        () => this.#beat(client, onHead),
        (error: Error) => this.#lost(client, error.message, onHead),
      );
    }, HEARTBEAT_MS);
  }

  #lost(client: Client, reason: string, onHead: HeadListener): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#client = undefined;
    clearTimeout(this.#heartbeat);
    void client.end().catch(() => undefined);
    this.#log.warn(`notifications are down, polling until they are back: ${reason}`);
    const wait = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#reconnect = setTimeout(() => void this.#listen(onHead), wait);
  }

  /** One question at a time: a database that answers slowly must not be asked more and more often. */
  #tellHeads(onHead: HeadListener): Promise<void> {
    this.#polling ??= this.#readHeads(onHead).finally(() => (this.#polling = undefined));
    return this.#polling;
  }

  async #readHeads(onHead: HeadListener): Promise<void> {
    const select = 'SELECT id, head_revision FROM gateway_group';
    try {
      const groups = await this.database.query<{ id: number; head_revision: number }>(select);
      for (const { id, head_revision: revision } of groups) onHead(id, revision);
    } catch (error) {
      this.#log.warn(`the heads cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

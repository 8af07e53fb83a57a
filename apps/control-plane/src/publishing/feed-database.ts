import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Client, type ClientConfig, Pool, type PoolClient, type QueryResultRow, types } from 'pg';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { endSilentConnections, endWhenSilent } from '../database/silence.ts';

const CONNECTIONS_MAX = 6;
/** Only reads: behind a link that hangs, changes are late by no more than this. */
const SILENCE_MS = 5_000;
/** What the listening connection is asked takes the database no time. */
const ANSWER_WITHIN_MS = 2_000;
const INT8 = 20;

/** A connection that is lent and lost says so by what is asked on it next. As an event, unheard, it would end the process. */
const lost = (): void => undefined;

/**
 * Connections of publishing alone. Writers queue for those of the application, each holding one while it waits for the
 * lock of its group; what is to reach the data planes must not wait in that queue.
 */
@Injectable()
export class FeedDatabase implements OnApplicationShutdown {
  readonly #config: ClientConfig;
  readonly #pool: Pool;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.#config = {
      connectionString: settings.database_url,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 5_000,
      // Revision numbers stay far below 2^53.
      types: {
        getTypeParser: (oid, format) => (oid === INT8 ? Number : types.getTypeParser(oid, format)),
      },
    };
    this.#pool = new Pool({ ...this.#config, application_name: 'sluice-publishing', max: CONNECTIONS_MAX });
    endSilentConnections(this.#pool, SILENCE_MS);
    this.#pool.on('error', (error) => new Logger('publishing').warn(`an idle connection was lost: ${error.message}`));
  }

  async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(sql, [...values])).rows;
  }

  /** Lends a connection whose reads all see one moment of the database. */
  async atOneMoment<T>(work: (db: PoolClient) => Promise<T>): Promise<T> {
    const db = await this.#pool.connect();
    db.on('error', lost);
    try {
      await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const answer = await work(db);
      await db.query('COMMIT');
      db.off('error', lost).release();
      return answer;
    } catch (error) {
      // Thrown away: in what state it is, nobody knows.
      db.release(true);
      throw error;
    }
  }

  /** A connection outside the pool, not yet connected, for what has to be heard at once. */
  newListener(): Client {
    const config = { ...this.#config, application_name: 'sluice-listen', query_timeout: ANSWER_WITHIN_MS };
    const client = new Client(config);
    // Also where it is asked nothing any more, and is to be closed in good order.
    endWhenSilent(client, SILENCE_MS);
    return client;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}

import { Client } from 'pg';

/** Any number that all control planes agree on. Locks are per database, so that installations do not meet here. */
const LEADER_LOCK = 0x51_01_d0;

/** A database that does not answer for this long is gone. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * What the server does about a control plane that is gone: one that was cut off is found out by its connection, one that
 * has stopped in its tracks by its silence. Until then nobody else gets the lock.
 */
const SERVER_SETTINGS = `
  SET tcp_keepalives_idle = 2;
  SET tcp_keepalives_interval = 1;
  SET tcp_keepalives_count = 3;
  SET tcp_user_timeout = '5s';
  SET idle_session_timeout = '8s'`;

/** A session of the database for the leader's lock alone. The lock lasts as long as the session, not a moment longer. */
export class LockSession implements AsyncDisposable {
  readonly #client: Client;
  readonly #lost = new AbortController();

  private constructor(client: Client) {
    this.#client = client;
    client.on('error', (error) => this.#lost.abort(error));
    client.on('end', () => this.#lost.abort(new Error('the connection was closed')));
  }

  static async open(databaseUrl: string | undefined): Promise<LockSession> {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: 'sluice-leadership',
      keepAlive: true,
      keepAliveInitialDelayMillis: 2_000,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
    const session = new LockSession(client);
    try {
      await client.connect();
      await client.query(SERVER_SETTINGS);
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Aborts when the session has ended, and with it the lock. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** True where the lock is ours now. */
  async tryLock(): Promise<boolean> {
    const select = 'SELECT pg_try_advisory_lock($1) AS "isOurs"';
    const { rows } = await this.#client.query<{ isOurs: boolean }>(select, [LEADER_LOCK]);
    return rows[0]?.isOurs ?? false;
  }

  /** Asks for a sign of life. Where none comes in time, the session counts as lost: others may have the lock already. */
  async check(): Promise<void> {
    try {
      await this.#client.query('SELECT 1');
    } catch (error) {
      this.#lost.abort(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lost.abort(new Error('the session was ended'));
    await this.#client.end().catch(() => undefined);
  }
}

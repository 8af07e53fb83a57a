import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Principal } from './principal.ts';
import type { Grant, Role } from './role.ts';
import { csrfTokenOf, newToken, tokenHash } from './secret-token.ts';

/** A session that ends this long after it began, however busy it is. */
export const SESSION_LIFETIME_SECONDS = 7 * 24 * 3600;

const SESSION_IDLE_SECONDS = 12 * 3600;

/** A session as a request finds it. */
export interface Session {
  readonly principal: Principal;
  readonly csrfHash: Buffer;
}

interface SessionRow {
  readonly user_id: string;
  readonly username: string;
  readonly role: Role;
  readonly csrf_hash: Buffer;
  readonly bindings: readonly Grant[];
  readonly is_due: boolean;
}

/** The sessions of browsers. Whoever reads the database cannot use them: only hashes are kept. */
@Injectable()
export class Sessions {
  readonly #endings = new Set<(hashes: readonly Buffer[]) => void>();

  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** Starts a session inside a transaction and returns its token, which is told only now. Forgets what has expired. */
  async start(db: QueryRunner, userId: string, sourceIp: string | null): Promise<string> {
    const token = newToken();
    await db.query('DELETE FROM session WHERE expires_at < now()');
    await db.query(
      `INSERT INTO session (hash, user_id, csrf_hash, expires_at, source_ip)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4), $5)`,
      [tokenHash(token), userId, tokenHash(csrfTokenOf(token)), SESSION_IDLE_SECONDS, sourceIp],
    );
    return token;
  }

  /** The living session of a token; using it keeps it alive. */
  async find(token: string): Promise<Session | undefined> {
    const hash = tokenHash(token);
    const row = await this.#read(hash);
    // A write for each request would cost more than the session is worth.
    if (row?.is_due) await this.#keepAlive(hash);
    return row && toSession(row, hash);
  }

  /** The living session of a hash, without keeping it alive. */
  async peek(hash: Buffer): Promise<Session | undefined> {
    const row = await this.#read(hash);
    return row && toSession(row, hash);
  }

  /** Ends a session inside a transaction. Call `announceEnd` after the commit. */
  async end(db: QueryRunner, hash: Buffer): Promise<void> {
    await db.query('DELETE FROM session WHERE hash = $1', [hash]);
  }

  /** Ends all sessions of a user inside a transaction, but one where it is named; returns which. */
  async endAll(db: QueryRunner, userId: string, butHash?: Buffer): Promise<readonly Buffer[]> {
    const select = 'SELECT hash FROM session WHERE user_id = $1 FOR UPDATE';
    const living: { hash: Buffer }[] = await db.query(select, [userId]);
    const ended = living.map(({ hash }) => hash).filter((hash) => !butHash?.equals(hash));
    await db.query('DELETE FROM session WHERE hash = ANY ($1)', [ended]);
    return ended;
  }

  /** Calls back whenever sessions have been ended through this process; returns how to stop that. */
  onEnd(listener: (hashes: readonly Buffer[]) => void): () => void {
    this.#endings.add(listener);
    return () => this.#endings.delete(listener);
  }

  /** Tells what lives as long as a session (streams of events) that these are over. */
  announceEnd(hashes: readonly Buffer[]): void {
    for (const listener of this.#endings) listener(hashes);
  }

  async #read(hash: Buffer): Promise<SessionRow | undefined> {
    const [row] = await this.database.query<SessionRow[]>(
      `SELECT session.user_id, "user".username, "user".role, session.csrf_hash,
         session.last_seen < now() - interval '1 minute' AS is_due,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('group', "group".name, 'role', binding.role)), '[]')
          FROM role_binding binding LEFT JOIN gateway_group "group" ON "group".id = binding.group_id
          WHERE binding.user_id = session.user_id) AS bindings
       FROM session JOIN "user" ON "user".id = session.user_id
       WHERE session.hash = $1 AND session.expires_at > now() AND NOT "user".disabled`,
      [hash],
    );
    return row;
  }

  async #keepAlive(hash: Buffer): Promise<void> {
    await this.database.query(
      `UPDATE session SET last_seen = now(),
         expires_at = least(now() + make_interval(secs => $2), created_at + make_interval(secs => $3))
       WHERE hash = $1`,
      [hash, SESSION_IDLE_SECONDS, SESSION_LIFETIME_SECONDS],
    );
  }
}

function toSession(row: SessionRow, hash: Buffer): Session {
  const grants = [{ group: null, role: row.role }, ...row.bindings];
  const credential = { type: 'session', hash, userId: row.user_id } as const;
  return { principal: { name: row.username, type: 'user', grants, credential }, csrfHash: row.csrf_hash };
}

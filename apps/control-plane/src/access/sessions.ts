import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { askPrepared } from '../database/prepared.ts';
import { bindingsOfUser } from './grants-sql.ts';
import type { Principal } from './principal.ts';
import type { Grant, Role } from './role.ts';
import { csrfTokenOf, newToken, tokenHash } from './secret-token.ts';

/** How somebody signed in. */
export type SignInMethod = 'password' | 'oidc';

/** A session as a request finds it. */
export interface Session {
  readonly principal: Principal;
  readonly csrfHash: Buffer;
}

/** What is kept of the browser that a session is started for. */
export interface SessionStart {
  readonly userId: string;
  readonly method: SignInMethod;
  readonly sourceIp: string | null;
  readonly userAgent?: string | null | undefined;
}

interface SessionRow {
  readonly user_id: string;
  readonly username: string;
  readonly role: Role | null;
  readonly must_change_password: boolean;
  readonly csrf_hash: Buffer;
  readonly bindings: readonly Grant[];
  readonly is_due: boolean;
}

const USER_AGENT_MAX = 256;

/** The sessions of browsers. Whoever reads the database cannot use them: only hashes are kept. */
@Injectable()
export class Sessions {
  readonly #endings = new Set<(hashes: readonly Buffer[]) => void>();
  readonly #idleSeconds: number;
  readonly #lifetimeSeconds: number;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    this.#idleSeconds = settings.session_idle_minutes * 60;
    this.#lifetimeSeconds = settings.session_lifetime_hours * 3600;
  }

  /** Seconds after which a session ends, however busy it is. */
  get lifetimeSeconds(): number {
    return this.#lifetimeSeconds;
  }

  /** Starts a session inside a transaction and returns its token, which is told only now. Forgets what has expired. */
  async start(db: QueryRunner, { userId, method, sourceIp, userAgent = null }: SessionStart): Promise<string> {
    const token = newToken();
    await db.query('DELETE FROM session WHERE expires_at < now()');
    const firstSeconds = Math.min(this.#idleSeconds, this.#lifetimeSeconds);
    await db.query(
      `INSERT INTO session (hash, user_id, csrf_hash, expires_at, source_ip, method, user_agent)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4), $5, $6, $7)`,
      [
        tokenHash(token),
        userId,
        tokenHash(csrfTokenOf(token)),
        firstSeconds,
        sourceIp,
        method,
        userAgent?.slice(0, USER_AGENT_MAX) ?? null,
      ],
    );
    return token;
  }

  /** The living session of a token; using it keeps it alive. Always asked: what was ended anywhere is over at once. */
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
    const [row] = await askPrepared<SessionRow>(this.database, findSession, [hash, this.#lifetimeSeconds]);
    return row;
  }

  async #keepAlive(hash: Buffer): Promise<void> {
    await this.database.query(
      `UPDATE session SET last_seen = now(),
         expires_at = least(now() + make_interval(secs => $2), created_at + make_interval(secs => $3))
       WHERE hash = $1`,
      [hash, this.#idleSeconds, this.#lifetimeSeconds],
    );
  }
}

const findSession = {
  name: 'find_session',
  text: `
  SELECT session.user_id, "user".username, "user".role, "user".must_change_password, session.csrf_hash,
    session.last_seen < now() - interval '1 minute' AS is_due, ${bindingsOfUser} AS bindings
  FROM session JOIN "user" ON "user".id = session.user_id
  WHERE session.hash = $1 AND session.expires_at > now() AND NOT "user".disabled
    AND session.created_at + make_interval(secs => $2) > now()`,
};

/** Nobody is signed in who may do nothing anywhere. */
function toSession(row: SessionRow, hash: Buffer): Session | undefined {
  const global = row.role === null ? [] : [{ group: null, role: row.role }];
  const grants = [...global, ...row.bindings];
  if (grants.length === 0) return undefined;
  const principal: Principal = {
    name: row.username,
    type: 'user',
    grants,
    credential: { type: 'session', hash, userId: row.user_id },
    userId: row.user_id,
    limits: null,
    mustChangePassword: row.must_change_password,
  };
  return { principal, csrfHash: row.csrf_hash };
}

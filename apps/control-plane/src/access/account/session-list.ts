import { Inject, Injectable } from '@nestjs/common';
import { choice } from '@sluice/schema';
import { DataSource, type QueryRunner } from 'typeorm';
import Type, { type Static } from 'typebox';
import { AuditWriter, SYSTEM_SCOPE } from '../../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { inTransaction } from '../../database/transaction.ts';
import { orNull, timeSchema } from '../../http/answer-schema.ts';
import { Refusal } from '../../http/refusal.ts';
import { type Requester, signedBy } from '../requester.ts';
import { type SignInMethod, Sessions } from '../sessions.ts';
import { userNamed } from '../users/user-rows.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A session as it is listed: enough to know it again, nothing to use it. */
export const sessionRowSchema = Type.Object(
  {
    id: Type.String(),
    username: Type.String(),
    current: Type.Boolean({ description: 'The one that asks.' }),
    method: choice(['password', 'oidc']),
    created_at: timeSchema(),
    last_seen: timeSchema('Noted once a minute.'),
    expires_at: timeSchema('When it ends, unless it is used before.'),
    ends_at: timeSchema('When it ends at the latest.'),
    source_ip: orNull(Type.String()),
    user_agent: orNull(Type.String()),
  },
  { $id: 'SessionRow' },
);

/** A session as it is listed. */
export type SessionView = Static<typeof sessionRowSchema>;

/** How many sessions were ended. */
export const endedSchema = Type.Object({ ended: Type.Integer() });

interface SessionRow {
  readonly id: string;
  readonly hash: Buffer;
  readonly username: string;
  readonly method: SignInMethod;
  readonly created_at: Date;
  readonly last_seen: Date;
  readonly expires_at: Date;
  readonly source_ip: string | null;
  readonly user_agent: string | null;
  readonly total: number;
}

/** Which sessions to list: of a user by id or by name, or all; a page of them. */
export interface SessionFilter {
  readonly userId?: string;
  readonly username?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Lists and ends sessions. */
@Injectable()
export class SessionList {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  async list(filter: SessionFilter, by: Requester): Promise<{ list: SessionView[]; total: number }> {
    const { userId = null, username = null, limit, offset } = filter;
    const lifetime = this.settings.session_lifetime_hours;
    const rows = await this.database.query<SessionRow[]>(LIST, [userId, username, lifetime, limit, offset]);
    return { list: rows.map((row) => this.#view(row, by)), total: rows[0]?.total ?? 0 };
  }

  /** Ends one session; of one user where that is named. */
  async end(id: string, by: Requester, userId?: string): Promise<void> {
    const hash = await inTransaction(this.database, async (db) => {
      const rows: SessionRow[] = uuid.test(id) ? await db.query(FIND, [id, userId ?? null]) : [];
      const [row] = rows;
      if (!row) throw new Refusal('NOT_FOUND', 'There is no such session.');
      await this.sessions.end(db, row.hash);
      await this.#record(db, row.username, by, 1);
      return { answer: row.hash, commit: true };
    });
    this.sessions.announceEnd([hash]);
  }

  /** Ends all sessions of the requester but the one that asks. */
  endOthers(by: Requester): Promise<number> {
    const { credential, name, userId } = by.principal;
    if (userId === null) return Promise.resolve(0);
    return this.#endAll({ userId, username: name }, by, credential.hash);
  }

  /** Ends all sessions of a user. */
  async endAllOf(username: string, by: Requester): Promise<number> {
    const { id } = await userNamed(this.database, username);
    return this.#endAll({ userId: id, username }, by);
  }

  async #endAll(
    { userId, username }: { readonly userId: string; readonly username: string },
    by: Requester,
    but?: Buffer,
  ): Promise<number> {
    const ended = await inTransaction(this.database, async (db) => {
      const answer = await this.sessions.endAll(db, userId, but);
      if (answer.length > 0) await this.#record(db, username, by, answer.length);
      return { answer, commit: true };
    });
    this.sessions.announceEnd(ended);
    return ended.length;
  }

  #record(db: QueryRunner, username: string, by: Requester, sessions: number): Promise<void> {
    const about = { scope: SYSTEM_SCOPE, action: 'session.revoke', kind: 'user', id: username };
    return this.audit.append(db, { ...signedBy(by), ...about, detail: { sessions } });
  }

  #view({ hash, total: _total, ...row }: SessionRow, { principal }: Requester): SessionView {
    const lifetimeMs = this.settings.session_lifetime_hours * 3_600_000;
    return {
      ...row,
      current: principal.credential.hash.equals(hash),
      created_at: row.created_at.toISOString(),
      last_seen: row.last_seen.toISOString(),
      expires_at: row.expires_at.toISOString(),
      ends_at: new Date(row.created_at.getTime() + lifetimeMs).toISOString(),
    };
  }
}

const LIST = `
  SELECT session.id, session.hash, "user".username, session.method, session.created_at, session.last_seen,
    session.expires_at, session.source_ip, session.user_agent, count(*) OVER () AS total
  FROM session JOIN "user" ON "user".id = session.user_id
  WHERE ($1::uuid IS NULL OR session.user_id = $1) AND ($2::text IS NULL OR "user".username = $2)
    AND session.expires_at > now() AND session.created_at + make_interval(hours => $3) > now()
  ORDER BY session.last_seen DESC, session.id LIMIT $4 OFFSET $5`;

const FIND = `
  SELECT session.hash, "user".username FROM session JOIN "user" ON "user".id = session.user_id
  WHERE session.id = $1 AND ($2::uuid IS NULL OR session.user_id = $2) FOR UPDATE OF session`;

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type AuditEntry, AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { inTransaction } from '../database/transaction.ts';
import { accessErrors } from './access.errors.ts';
import { Passwords } from './passwords.ts';
import { type SignInMethod, Sessions } from './sessions.ts';
import { SignInLimit } from './sign-in-limit.ts';
import { type User, Users } from './users.ts';

/** From where a person tries something. */
export interface Origin {
  readonly sourceIp: string;
  readonly requestId: string;
  readonly userAgent: string | undefined;
}

/** Turns user names and passwords into sessions, slowly where somebody is guessing. */
@Injectable()
export class SignIn {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(Users) private readonly users: Users,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Starts a session and returns its token. Unknown users and wrong passwords cannot be told apart. */
  async start(username: string, password: string, origin: Origin): Promise<string> {
    const known = await this.users.byName(username);
    const user = await this.#check(username, known, password, origin);
    // Said only to who knows the password: nobody else learns what an account may do.
    if (this.settings.password_sign_in === 'owners' && user.role !== 'owner') {
      await this.refuse(user.username, origin, { reason: 'passwords are off' });
      throw accessErrors.PASSWORD_SIGN_IN_OFF(username);
    }
    if (this.passwords.isOutdated(user.password_hash)) {
      await this.users.upgradeHash(user.id, user.password_hash, await this.passwords.hash(password));
    }
    return this.admit(user, 'password', origin);
  }

  /** Starts a session for a user who has proved who they are; refuses where they may do nothing anywhere. */
  async admit(user: Pick<User, 'id' | 'username'>, method: SignInMethod, origin: Origin): Promise<string> {
    const token = await inTransaction(this.database, async (db) => {
      if (!(await this.users.hasRole(db, user.id))) return { answer: undefined, commit: false };
      const { sourceIp, userAgent } = origin;
      const answer = await this.sessions.start(db, { userId: user.id, method, sourceIp, userAgent });
      await this.users.noteSignIn(db, user.id);
      await this.audit.append(db, entry('session.start', user.username, origin, { method }));
      return { answer, commit: true };
    });
    if (token !== undefined) return token;
    await this.refuse(user.username, origin, { method, reason: 'no role' });
    throw accessErrors.NO_ROLE(user.username);
  }

  /** Writes down that somebody was not let in. */
  async refuse(username: string, origin: Origin, detail: AuditEntry['detail'] = {}): Promise<void> {
    await inTransaction(this.database, async (db) => {
      await this.audit.append(db, entry('session.refuse', username, origin, detail));
      return { answer: undefined, commit: true };
    });
  }

  /** Ends a session, and with it whatever lives as long. */
  async end(session: { readonly hash: Buffer }, username: string, origin: Origin): Promise<void> {
    await inTransaction(this.database, async (db) => {
      await this.sessions.end(db, session.hash);
      await this.audit.append(db, entry('session.end', username, origin));
      return { answer: undefined, commit: true };
    });
    this.sessions.announceEnd([session.hash]);
  }

  /** Changes a password and ends all other sessions of the user. */
  async changePassword(
    session: { readonly hash: Buffer; readonly userId: string },
    passwords: { readonly current: string; readonly next: string },
    origin: Origin,
  ): Promise<void> {
    const known = await this.users.byId(session.userId);
    const user = await this.#check(known?.username ?? '', known, passwords.current, origin);
    const hash = await this.passwords.hash(passwords.next);
    const ended = await inTransaction(this.database, async (db) => {
      await this.users.changePassword(db, user.id, hash, false);
      const answer = await this.sessions.endAll(db, user.id, session.hash);
      await this.audit.append(db, entry('password.change', user.username, origin));
      return { answer, commit: true };
    });
    this.sessions.announceEnd(ended);
  }

  async #check(username: string, user: User | undefined, password: string, origin: Origin): Promise<UserWithPassword> {
    const attempt = await this.limit.count(username, origin.sourceIp);
    const isRight = await this.passwords.verify(password, user?.password_hash ?? undefined);
    if (!isRight || !hasPassword(user) || user.disabled) {
      // An unknown name is not written down: it may be a password in the wrong field.
      await this.refuse(user?.username ?? '(unknown user)', origin);
      throw accessErrors.BAD_CREDENTIALS();
    }
    await this.limit.forgive(attempt);
    return user;
  }
}

type UserWithPassword = User & { readonly password_hash: string };

function hasPassword(user: User | undefined): user is UserWithPassword {
  return typeof user?.password_hash === 'string';
}

function entry(action: string, actor: string, origin: Origin, detail: AuditEntry['detail'] = {}): AuditEntry {
  const { sourceIp, requestId } = origin;
  return { scope: SYSTEM_SCOPE, actor, actor_type: 'user', action, source_ip: sourceIp, request_id: requestId, detail };
}

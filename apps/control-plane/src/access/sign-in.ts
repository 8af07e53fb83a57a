import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type AuditEntry, AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { accessErrors, TooManyAttempts } from './access.errors.ts';
import { addressBlock, AttemptLimit } from './attempt-limit.ts';
import { Passwords } from './passwords.ts';
import { Sessions } from './sessions.ts';
import { type User, Users } from './users.ts';

/** From where a person tries something. */
export interface Origin {
  readonly sourceIp: string;
  readonly requestId: string;
}

/** Turns user names and passwords into sessions, slowly where somebody is guessing. */
@Injectable()
export class SignIn {
  /** Short waits: whoever guesses from everywhere must not keep the owner of the name out for long. */
  readonly #byUser = new AttemptLimit(30_000);
  readonly #byAddress = new AttemptLimit(15 * 60_000);

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Users) private readonly users: Users,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Starts a session and returns its token with the user. Unknown users and wrong passwords cannot be told apart. */
  async start(username: string, password: string, origin: Origin): Promise<{ token: string; user: User }> {
    const user = await this.#check(username, await this.users.byName(username), password, origin);
    const token = await inTransaction(this.database, async (db) => {
      const answer = await this.sessions.start(db, user.id, origin.sourceIp);
      await this.audit.append(db, entry('session.start', user.username, origin));
      return { answer, commit: true };
    });
    if (this.passwords.isOutdated(user.password_hash)) {
      await this.users.upgradeHash(user.id, user.password_hash, await this.passwords.hash(password));
    }
    return { token, user };
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
      await this.users.changePassword(db, user.id, hash);
      const answer = await this.sessions.endAll(db, user.id, session.hash);
      await this.audit.append(db, entry('password.change', user.username, origin));
      return { answer, commit: true };
    });
    this.sessions.announceEnd(ended);
  }

  async #check(username: string, user: User | undefined, password: string, origin: Origin): Promise<User> {
    const address = addressBlock(origin.sourceIp);
    const wait = Math.max(this.#byUser.waitSeconds(username), this.#byAddress.waitSeconds(address));
    if (wait > 0) throw new TooManyAttempts(wait);
    this.#byUser.count(username);
    this.#byAddress.count(address);
    const isRight = await this.passwords.verify(password, user?.password_hash);
    if (!user || !isRight || user.disabled) {
      await this.#recordFailure(user, origin);
      throw accessErrors.BAD_CREDENTIALS();
    }
    this.#byUser.clear(username);
    // The address is only forgiven this attempt: who knows one password may still be guessing others.
    this.#byAddress.forgive(address);
    return user;
  }

  /** An unknown name is not written down: it may be a password in the wrong field. */
  async #recordFailure(user: User | undefined, origin: Origin): Promise<void> {
    await inTransaction(this.database, async (db) => {
      await this.audit.append(db, entry('session.refuse', user?.username ?? '(unknown user)', origin));
      return { answer: undefined, commit: true };
    });
  }
}

function entry(action: string, actor: string, origin: Origin): AuditEntry {
  const { sourceIp, requestId } = origin;
  return { scope: SYSTEM_SCOPE, actor, actor_type: 'user', action, source_ip: sourceIp, request_id: requestId };
}

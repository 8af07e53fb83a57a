import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@sluice/schema';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { inTransaction } from '../../database/transaction.ts';
import { Refusal } from '../../http/refusal.ts';
import { hasRoleMapping } from '../oidc/role-mapping.ts';
import { Passwords } from '../passwords.ts';
import { requireGrants, type Requester, signedBy } from '../requester.ts';
import { newPassword } from '../secret-token.ts';
import { Sessions } from '../sessions.ts';
import { Users } from '../users.ts';
import type { NewUserRequest, UserChange, UserView } from './user.schema.ts';
import {
  grantsOf,
  lockPeople,
  replaceBindings,
  requireLocalOwner,
  userNamed,
  type UserRow,
  userView,
} from './user-rows.ts';

/** Makes, changes and removes users. Nobody touches somebody who may do more than they do themselves. */
@Injectable()
export class UserAdministration {
  readonly #isMapped: boolean;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Users) private readonly users: Users,
    @Inject(Passwords) private readonly passwords: Passwords,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {
    this.#isMapped = hasRoleMapping(settings);
  }

  /** Makes a user; a password that was not given is made up, and told only now. */
  async create(request: NewUserRequest, by: Requester): Promise<{ user: UserView; password: string | null }> {
    const { username, role = null, groups = [], password = newPassword() } = request;
    requireGrants(by, grantsOf({ role, bindings: groups }));
    const passwordHash = await this.passwords.hash(password);
    const user = await inTransaction(this.database, async (db) => {
      await lockPeople(db);
      await requireFreeName(db, username);
      const about = { displayName: request.display_name ?? null, email: request.email ?? null };
      const mustChangePassword = request.must_change_password;
      const id = await this.users.create(db, { username, role, passwordHash, mustChangePassword, ...about });
      await replaceBindings(db, id, groups);
      await this.#record(db, 'user.create', username, by, { role, groups: groups.map(plainGrant) });
      return { answer: await userNamed(db, username), commit: true };
    });
    return {
      user: userView(user, this.#isMapped),
      password: request.password === undefined ? password : null,
    };
  }

  /** Changes what is named. Disabling ends all sessions at once. */
  async change(username: string, change: UserChange, by: Requester): Promise<UserView> {
    const { answer, ended } = await inTransaction(this.database, async (db) => {
      await lockPeople(db);
      const before = await userNamed(db, username);
      this.#requireChangeable(before, change, by);
      await updateUser(db, before, change);
      if (change.groups) await replaceBindings(db, before.id, change.groups);
      await requireLocalOwner(db);
      const sessions = change.disabled === true ? await this.sessions.endAll(db, before.id) : [];
      const after = await userNamed(db, username);
      const detail = differences(before, after);
      if (Object.keys(detail).length > 0) await this.#record(db, 'user.update', username, by, detail);
      return { answer: { answer: userView(after, this.#isMapped), ended: sessions }, commit: true };
    });
    this.sessions.announceEnd(ended);
    return answer;
  }

  /** Removes a user with their sessions and tokens. What they wrote keeps their name. */
  async remove(username: string, by: Requester): Promise<void> {
    const ended = await inTransaction(this.database, async (db) => {
      await lockPeople(db);
      const user = await userNamed(db, username);
      requireGrants(by, grantsOf(user));
      requireOther(user, by, 'remove');
      const answer = await this.sessions.endAll(db, user.id);
      await db.query('DELETE FROM "user" WHERE id = $1', [user.id]);
      await requireLocalOwner(db);
      await this.#record(db, 'user.delete', username, by);
      return { answer, commit: true };
    });
    this.sessions.announceEnd(ended);
  }

  /** Gives a user a temporary password and ends their sessions; returns it where it was made up. */
  async resetPassword(username: string, given: string | undefined, by: Requester): Promise<string | null> {
    const password = given ?? newPassword();
    const hash = await this.passwords.hash(password);
    const ended = await inTransaction(this.database, async (db) => {
      await lockPeople(db);
      const user = await userNamed(db, username);
      requireGrants(by, grantsOf(user));
      if (user.origin === 'oidc')
        throw new Refusal('CONFLICT', 'This user signs in with the provider and has no password here.');
      await this.users.changePassword(db, user.id, hash, true);
      const answer = await this.sessions.endAll(db, user.id);
      await this.#record(db, 'password.reset', username, by);
      return { answer, commit: true };
    });
    this.sessions.announceEnd(ended);
    return given === undefined ? password : null;
  }

  #requireChangeable(user: UserRow, change: UserChange, by: Requester): void {
    requireGrants(by, grantsOf(user));
    const role = change.role === undefined ? user.role : change.role;
    requireGrants(by, grantsOf({ role, bindings: change.groups ?? user.bindings }));
    if (change.disabled === true) requireOther(user, by, 'disable');
    const changesRoles = change.role !== undefined || change.groups !== undefined;
    if (changesRoles && this.#isMapped && user.origin === 'oidc')
      throw new Refusal('CONFLICT', 'The roles of this user come from the provider at each sign-in.');
  }

  #record(db: QueryRunner, action: string, id: string, by: Requester, detail: JsonObject = {}): Promise<void> {
    return this.audit.append(db, { ...signedBy(by), scope: SYSTEM_SCOPE, action, kind: 'user', id, detail });
  }
}

/** Names that differ in case alone would be taken for each other. */
async function requireFreeName(db: QueryRunner, username: string): Promise<void> {
  const [taken]: unknown[] = await db.query('SELECT FROM "user" WHERE lower(username) = lower($1)', [username]);
  if (taken) throw new Refusal('CONFLICT', 'There is a user of this name already.', { field: '/username' });
}

function requireOther(user: UserRow, { author }: Requester, what: string): void {
  if (user.id === author.userId) throw new Refusal('CONFLICT', `You cannot ${what} yourself.`);
}

async function updateUser(db: QueryRunner, before: UserRow, change: UserChange): Promise<void> {
  const kept = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
  const next = [
    kept(change.display_name, before.display_name),
    kept(change.email, before.email),
    kept(change.role, before.role),
    kept(change.disabled, before.disabled),
  ];
  const update = 'UPDATE "user" SET display_name = $2, email = $3, role = $4, disabled = $5 WHERE id = $1';
  await db.query(update, [before.id, ...next]);
}

function plainGrant({ group, role }: { readonly group: string; readonly role: string }): string {
  return `${group}:${role}`;
}

/** What became different, as the audit trail tells it. */
function differences(before: UserRow, after: UserRow): JsonObject {
  const shown = ({ role, disabled, display_name, email, bindings }: UserRow) => ({
    role,
    disabled,
    display_name,
    email,
    groups: bindings.map(plainGrant),
  });
  const [old, now] = [shown(before), shown(after)];
  const changed = (Object.keys(now) as (keyof typeof now)[]).filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]),
  );
  return Object.fromEntries(changed.map((key) => [key, { before: old[key], after: now[key] }]));
}

import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { JsonObject } from '@sluice/schema';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Role } from '../role.ts';
import type { Origin } from '../sign-in.ts';
import { USERNAME_PATTERN } from '../users/user.schema.ts';
import { lockPeople, replaceBindings, userColumns, type UserRow } from '../users/user-rows.ts';
import { Users } from '../users.ts';
import { OidcProblem } from './oidc-problem.ts';
import type { ProviderClaims } from './oidc-provider.ts';
import { claimTexts, hasRoleMapping, type MappedRoles, readRoleMapping, rolesOfClaims } from './role-mapping.ts';

const usable = new RegExp(USERNAME_PATTERN);
const TEXT_MAX = 200;

/**
 * Finds or makes the user of somebody whom the provider knows. They are known by issuer and subject, never by a name or an
 * address: whoever chooses these at the provider must not become a user that is here already.
 */
@Injectable()
export class OidcUsers {
  readonly #mapping: ReturnType<typeof readRoleMapping>;
  readonly #isMapped: boolean;
  readonly #log = new Logger('sign-in');

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Users) private readonly users: Users,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {
    this.#mapping = readRoleMapping(settings.oidc_role_mapping, settings.oidc_default_role);
    this.#isMapped = hasRoleMapping(settings);
  }

  /** The user, with the roles that the provider gives today. Throws an OidcProblem where there can be none. */
  admit(person: ProviderClaims, origin: Origin): Promise<UserRow> {
    const given = rolesOfClaims(this.#mapping, claimTexts(person.claims, this.settings.oidc_roles_claim));
    return inTransaction(this.database, async (db) => {
      await lockPeople(db);
      const mapped = { role: given.role, groups: await this.#existing(db, given.groups) };
      const known = (await userOf(db, person)) ?? (await this.#create(db, person, mapped, origin));
      if (known.disabled) throw new OidcProblem('oidc_disabled');
      await describe(db, known, person);
      if (this.#isMapped) await this.#setRoles(db, known, mapped, origin);
      const user = await userOf(db, person);
      if (!user) throw new Error('The user was not kept.');
      return { answer: user, commit: true };
    });
  }

  async #create(db: QueryRunner, person: ProviderClaims, mapped: MappedRoles, origin: Origin): Promise<UserRow> {
    // Nobody leaves a trace here who may not enter anyway; without a mapping an administrator may want to let them in.
    if (this.#isMapped && mapped.role === null && mapped.groups.length === 0) throw new OidcProblem('oidc_no_role');
    const username = usernameOf(person, this.settings.oidc_username_claim);
    const [taken]: unknown[] = await db.query('SELECT FROM "user" WHERE lower(username) = lower($1)', [username]);
    if (taken) throw new OidcProblem('oidc_name_taken');
    const { issuer, subject } = person;
    const role = this.#isMapped ? null : this.#mapping.fallback;
    await this.users.create(db, { username, role, passwordHash: null, oidc: { issuer, subject } });
    await this.#record(db, 'user.create', { username, origin, detail: { origin: 'oidc', issuer, role } });
    const made = await userOf(db, person);
    if (!made) throw new Error('The user was not kept.');
    return made;
  }

  async #setRoles(db: QueryRunner, user: UserRow, mapped: MappedRoles, origin: Origin): Promise<void> {
    // An owner who was given a password from the command line is there for when the provider errs.
    const role: Role | null = user.has_password && user.role === 'owner' ? 'owner' : mapped.role;
    const { groups } = mapped;
    const [before, after] = [plain(user.role, user.bindings), plain(role, groups)];
    if (before.join() === after.join()) return;
    await db.query('UPDATE "user" SET role = $2 WHERE id = $1', [user.id, role]);
    await replaceBindings(db, user.id, groups);
    const { username } = user;
    await this.#record(db, 'user.update', { username, origin, detail: { roles: { before, after }, by: 'provider' } });
  }

  /** A mapping may name groups that are not there yet, or not any more. */
  async #existing(db: QueryRunner, groups: MappedRoles['groups']): Promise<MappedRoles['groups']> {
    const names = groups.map(({ group }) => group);
    const rows: { name: string }[] = await db.query('SELECT name FROM gateway_group WHERE name = ANY ($1)', [names]);
    const known = new Set(rows.map(({ name }) => name));
    const missing = names.filter((name) => !known.has(name));
    if (missing.length > 0) this.#log.warn(`the role mapping names groups that there are not: ${missing.join(', ')}`);
    return groups.filter(({ group }) => known.has(group));
  }

  #record(
    db: QueryRunner,
    action: string,
    { username, origin, detail }: { readonly username: string; readonly origin: Origin; readonly detail: JsonObject },
  ): Promise<void> {
    return this.audit.append(db, {
      scope: SYSTEM_SCOPE,
      actor: 'single sign-on',
      actor_type: 'system',
      action,
      kind: 'user',
      id: username,
      source_ip: origin.sourceIp,
      request_id: origin.requestId,
      detail,
    });
  }
}

async function userOf(db: QueryRunner, { issuer, subject }: ProviderClaims): Promise<UserRow | undefined> {
  const select = `SELECT ${userColumns} FROM "user" WHERE oidc_issuer = $1 AND oidc_subject = $2`;
  const [row]: UserRow[] = await db.query(select, [issuer, subject]);
  return row;
}

async function describe(db: QueryRunner, { id }: UserRow, { claims }: ProviderClaims): Promise<void> {
  const text = (name: string): string | null => claimTexts(claims, name)[0]?.slice(0, TEXT_MAX) ?? null;
  const update = `
    UPDATE "user" SET display_name = coalesce($2, display_name), email = coalesce($3, email) WHERE id = $1`;
  await db.query(update, [id, withoutNul(text('name')), withoutNul(text('email'))]);
}

/** The name that the provider gives, their address, or one that is made up. */
function usernameOf({ issuer, subject, claims }: ProviderClaims, claim: string): string {
  const offered = [...claimTexts(claims, claim), ...claimTexts(claims, 'email')].find((name) => usable.test(name));
  return offered ?? `user-${createHash('sha256').update(`${issuer}\0${subject}`).digest('hex').slice(0, 12)}`;
}

function plain(role: Role | null, groups: readonly { readonly group: string; readonly role: string }[]): string[] {
  return [...(role === null ? [] : [role]), ...groups.map((grant) => `${grant.group}:${grant.role}`).toSorted()];
}

/** PostgreSQL keeps no NUL in a text, and no provider has a reason to send one. */
function withoutNul(text: string | null): string | null {
  return text?.replaceAll('\0', '') ?? null;
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditWriter } from '../../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { inTransaction } from '../../database/transaction.ts';
import { Refusal } from '../../http/refusal.ts';
import { type Group, Groups } from '../../resources/groups.ts';
import { hasRoleMapping } from '../oidc/role-mapping.ts';
import { requireGrants, type Requester, signedBy } from '../requester.ts';
import { type Role, roleIn } from '../role.ts';
import type { Member } from './user.schema.ts';
import { grantsOf, lockPeople, userColumns, userNamed, type UserRow } from './user-rows.ts';

/** Who may do what in one group: what its own administrators decide. */
@Injectable()
export class Members {
  readonly #isMapped: boolean;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {
    this.#isMapped = hasRoleMapping(settings);
  }

  async list(groupName: string): Promise<Member[]> {
    const { id } = await this.groups.byName(groupName);
    const rows = await this.database.query<UserRow[]>(LIST, [id]);
    return rows.flatMap((row) => this.#member(row, groupName) ?? []);
  }

  /** Gives a user a role in the group, in place of the one that they had there. */
  async set(groupName: string, username: string, role: Role, by: Requester): Promise<Member> {
    const group = await this.groups.byName(groupName);
    const row = await inTransaction(this.database, async (db) => {
      const before = await this.#lock(db, username, group, by);
      requireGrants(by, [{ group: groupName, role }]);
      await db.query(SET, [before.id, group.id, role]);
      const had = before.bindings.find((binding) => binding.group === groupName)?.role ?? null;
      if (had !== role) await this.#record(db, 'member.set', { group, username, by, detail: { before: had, role } });
      return { answer: await userNamed(db, username), commit: true };
    });
    const member = this.#member(row, groupName);
    if (!member) throw new Error('The role was not kept.');
    return member;
  }

  /** Takes a user's role in the group away; one that they have everywhere stays. */
  async remove(groupName: string, username: string, by: Requester): Promise<void> {
    const group = await this.groups.byName(groupName);
    await inTransaction(this.database, async (db) => {
      const before = await this.#lock(db, username, group, by);
      const had = before.bindings.find((binding) => binding.group === groupName);
      if (!had) throw new Refusal('NOT_FOUND', 'This user has no role of their own in the group.');
      await db.query('DELETE FROM role_binding WHERE user_id = $1 AND group_id = $2', [before.id, group.id]);
      await this.#record(db, 'member.remove', { group, username, by, detail: { before: had.role } });
      return { answer: undefined, commit: true };
    });
  }

  /** The user as they are now, and until the transaction ends; only what they have in this group matters. */
  async #lock(db: QueryRunner, username: string, { name }: Group, by: Requester): Promise<UserRow> {
    await lockPeople(db);
    const user = await userNamed(db, username);
    requireGrants(
      by,
      user.bindings.filter(({ group }) => group === name),
    );
    if (this.#isMapped && user.origin === 'oidc')
      throw new Refusal('CONFLICT', 'The roles of this user come from the provider at each sign-in.');
    return user;
  }

  #member(row: UserRow, group: string): Member | undefined {
    const role = roleIn(grantsOf(row), group);
    if (role === undefined) return undefined;
    const own = row.bindings.find((binding) => binding.group === group);
    return {
      username: row.username,
      display_name: row.display_name,
      role,
      through: own?.role === role ? 'group' : 'global',
      disabled: row.disabled,
      roles_from_provider: this.#isMapped && row.origin === 'oidc',
    };
  }

  #record(
    db: QueryRunner,
    action: string,
    {
      group,
      username,
      by,
      detail,
    }: { group: Group; username: string; by: Requester; detail: Record<string, string | null> },
  ): Promise<void> {
    const about = { scope: group.id, group_name: group.name, kind: 'user', id: username };
    return this.audit.append(db, { ...signedBy(by), ...about, action, detail });
  }
}

const LIST = `
  SELECT ${userColumns} FROM "user"
  WHERE role IS NOT NULL OR EXISTS (SELECT FROM role_binding WHERE user_id = "user".id AND group_id = $1)
  ORDER BY lower(username) LIMIT 10000`;

const SET = `
  INSERT INTO role_binding (user_id, group_id, role) VALUES ($1, $2, $3)
  ON CONFLICT (user_id, group_id) DO UPDATE SET role = excluded.role`;

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Static } from 'typebox';
import { accessErrors } from '../access/access.errors.ts';
import type { Author } from '../access/author.ts';
import { includesRole, type Role } from '../access/role.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Groups } from '../resources/groups.ts';
import type { Queryable } from '../resources/resource-rows.ts';
import type { groupSettingsPatchSchema } from './group-settings.schema.ts';

/** What shall be different. */
export type SettingsPatch = Static<typeof groupSettingsPatchSchema>;

interface SettingsRow {
  readonly approval_required: boolean;
  readonly approvers: Role;
  readonly keep_revisions: number | null;
  readonly keep_days: number | null;
}

/** Rules of a group that are no configuration: they are not versioned, but audited. */
@Injectable()
export class GroupSettings {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  async get(groupName: string): Promise<object> {
    const { id } = await this.groups.byName(groupName);
    const { approval_required: required, approvers, keep_revisions, keep_days } = await findRow(this.database, id);
    const select =
      'SELECT coalesce(max(last), 0) AS through, count(*) AS files FROM revision_archive WHERE group_id = $1';
    const [archive] = await this.database.query<object[]>(select, [id]);
    return { approval: { required, approvers }, retention: { keep_revisions, keep_days }, archive };
  }

  /** Changes the rules that are named. To weaken approval is for owners: else its approvers could do without each other. */
  async patch(
    groupName: string,
    { approval, retention }: SettingsPatch,
    author: Author,
    requestId: string,
  ): Promise<object> {
    const { id } = await this.groups.byName(groupName);
    await inTransaction(this.database, async (db) => {
      // The lock of writers: whoever is writing finishes under the rules that it began with.
      await db.query('SELECT 1 FROM gateway_group WHERE id = $1 FOR NO KEY UPDATE', [id]);
      const before = await findRow(db, id);
      const after: SettingsRow = {
        approval_required: approval?.required ?? before.approval_required,
        approvers: approval?.approvers ?? before.approvers,
        keep_revisions: retention?.keep_revisions === undefined ? before.keep_revisions : retention.keep_revisions,
        keep_days: retention?.keep_days === undefined ? before.keep_days : retention.keep_days,
      };
      if (isWeaker(before, after) && !includesRole(author.role, 'owner'))
        throw accessErrors.FORBIDDEN(`${author.name} is ${author.role} here; to weaken approval, owner is needed`);
      await db.query(
        `UPDATE gateway_group SET approval_required = $2, approvers = $3, keep_revisions = $4, keep_days = $5 WHERE id = $1`,
        [id, after.approval_required, after.approvers, after.keep_revisions, after.keep_days],
      );
      await this.audit.append(db, {
        scope: id,
        actor: author.name,
        actor_type: author.type,
        action: 'group.settings',
        group_name: groupName,
        source_ip: author.sourceIp,
        request_id: requestId,
        detail: { before: { ...before }, after: { ...after } },
      });
      return { answer: undefined, commit: true };
    });
    return this.get(groupName);
  }
}

async function findRow(db: Queryable, id: number): Promise<SettingsRow> {
  const select = 'SELECT approval_required, approvers, keep_revisions, keep_days FROM gateway_group WHERE id = $1';
  const [row] = (await db.query(select, [id])) as SettingsRow[];
  if (!row) throw new Error(`The gateway group ${id} is gone.`);
  return row;
}

function isWeaker(before: SettingsRow, after: SettingsRow): boolean {
  if (!before.approval_required) return false;
  return !after.approval_required || !includesRole(after.approvers, before.approvers);
}

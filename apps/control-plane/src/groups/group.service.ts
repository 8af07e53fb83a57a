import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Author } from '../access/author.ts';
import { type AuditEntry, AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import { type Group, Groups, lockGroup } from '../resources/groups.ts';
import type { NewGroup } from './group.schema.ts';
import { deleteGroup, findGroup, type GroupRow, groupWithin, listGroups } from './group-rows.ts';

/** Who changes a group, and by which request. */
export interface GroupRequest {
  readonly author: Author;
  readonly requestId: string;
}

/** The group that the Admin API addresses where its path names none. */
const DEFAULT_GROUP = 'default';
/** Any number that all control planes agree on: groups are made one after the other, so that no two prefixes overlap. */
const GROUPS_LOCK = 0x51_01_e1;
const NAMED_MAX = 5;

/** Makes, describes and deletes gateway groups. */
@Injectable()
export class GroupService {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
    @Inject(Groups) private readonly groups: Groups,
  ) {}

  list(): Promise<GroupRow[]> {
    return listGroups(this.database);
  }

  /** One group, or a 404 that names it. */
  async get(name: string): Promise<GroupRow> {
    return (await findGroup(this.database, name)) ?? refuseUnknown(name);
  }

  /** Makes a group; data planes may join it at once. */
  async create(wanted: NewGroup, request: GroupRequest): Promise<GroupRow> {
    const { name, etcd_prefix: prefix = `/sluice/${name}`, description = '' } = wanted;
    if (/\/\/|\/\.\.?(?:\/|$)/.test(prefix)) throw badPrefix();
    await inTransaction(this.database, async (db) => {
      await db.query('SELECT pg_advisory_xact_lock($1)', [GROUPS_LOCK]);
      if (await findGroup(db, name)) throw new Refusal('CONFLICT', `There is a gateway group "${name}" already.`);
      const neighbour = await groupWithin(db, prefix);
      if (neighbour !== undefined) throw overlap(prefix, neighbour);
      const insert = 'INSERT INTO gateway_group (name, etcd_prefix, description) VALUES ($1, $2, $3) RETURNING id';
      const [{ id }] = (await db.query(insert, [name, prefix, description])) as [{ id: number }];
      await this.audit.append(db, entryOf('group.create', name, id, request, { etcd_prefix: prefix }));
      return { answer: undefined, commit: true };
    });
    return this.get(name);
  }

  async describe(name: string, description: string, request: GroupRequest): Promise<GroupRow> {
    await inTransaction(this.database, async (db) => {
      const update = 'UPDATE gateway_group SET description = $2 WHERE name = $1 AND description <> $2 RETURNING id';
      const [rows] = (await db.query(update, [name, description])) as [{ id: number }[]];
      const [changed] = rows;
      if (changed) await this.audit.append(db, entryOf('group.update', name, changed.id, request, {}));
      return { answer: undefined, commit: true };
    });
    return this.get(name);
  }

  /** Deletes a group with its history. Without `force` only one that is empty and that no data plane is connected to. */
  async delete(name: string, force: boolean, request: GroupRequest): Promise<void> {
    if (name === DEFAULT_GROUP)
      throw new Refusal('INVALID', 'The default group is where the Admin API writes; it stays.');
    await inTransaction(this.database, async (db) => {
      const group = await lockGroup(db, name);
      if (!force) requireUnused(await findGroup(db, name));
      await deleteGroup(db, group.id);
      // In the trail of the installation: that of the group ends here, and is kept.
      await this.audit.append(db, entryOf('group.delete', name, SYSTEM_SCOPE, request, endOf(group, force)));
      return { answer: undefined, commit: true };
    });
    this.groups.forget(name);
  }
}

function requireUnused(row: GroupRow | undefined): void {
  const { connected = [], resource_count: resources = 0 } = row ?? {};
  const reasons = [
    ...(resources > 0 ? [`it has ${resources} ${resources === 1 ? 'resource' : 'resources'}`] : []),
    ...(connected.length > 0 ? [`data planes are connected: ${connected.slice(0, NAMED_MAX).join(', ')}`] : []),
  ];
  if (reasons.length === 0) return;
  throw new Refusal(
    'CONFIRMATION_NEEDED',
    `The group is in use: ${reasons.join(', and ')}. Its resources and its history cannot be brought back. ` +
      'To delete it all the same, add force=true to the query.',
  );
}

/** What proves later what was deleted. */
function endOf({ headRevision, digest, chain, resourceCount }: Group, force: boolean) {
  const proofs = { digest: digest.toString('hex'), chain: chain.toString('hex') };
  return { revision: headRevision, resources: resourceCount, force, ...proofs };
}

function entryOf(
  action: string,
  group: string,
  scope: number,
  { author, requestId }: GroupRequest,
  detail: NonNullable<AuditEntry['detail']>,
): AuditEntry {
  return {
    scope,
    action,
    detail,
    actor: author.name,
    actor_type: author.type,
    group_name: group,
    source_ip: author.sourceIp,
    request_id: requestId,
  };
}

function badPrefix(): Refusal {
  const message = 'A prefix has no empty parts, and none that is "." or "..".';
  return new Refusal('INVALID', message, { field: '/etcd_prefix' });
}

function overlap(prefix: string, neighbour: string): Refusal {
  const message = `The prefix ${prefix} overlaps that of gateway group "${neighbour}".`;
  return new Refusal('CONFLICT', message, { field: '/etcd_prefix' });
}

function refuseUnknown(name: string): never {
  throw new Refusal('NOT_FOUND', `There is no gateway group "${name.slice(0, 64)}".`);
}

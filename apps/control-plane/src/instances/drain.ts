import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Author } from '../access/author.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import { Groups } from '../resources/groups.ts';
import { type CommandView, InstanceCommands } from './instance-commands.ts';
import { toInstance } from './instance-view.ts';
import { Instances } from './instances.service.ts';

/** Takes data planes out of service. */
@Injectable()
export class Drain {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Instances) private readonly instances: Instances,
    @Inject(InstanceCommands) private readonly commands: InstanceCommands,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Tells a data plane to take no new connections and to finish what it has begun. */
  async order(groupName: string, id: string, author: Author, requestId: string): Promise<CommandView> {
    const group = await this.groups.byName(groupName);
    const instance = toInstance(await this.instances.row(group.id, id));
    if (instance.status === 'offline') {
      throw new Refusal('CONFLICT', 'The data plane is offline: nobody can tell it anything.');
    }
    const command = await inTransaction(this.database, async (db) => {
      const answer = await this.commands.request(db, group.id, id, { name: 'drain', by: author.name });
      await this.audit.append(db, {
        scope: group.id,
        actor: author.name,
        actor_type: author.type,
        action: 'instance.drain',
        group_name: group.name,
        kind: 'instance',
        id,
        source_ip: author.sourceIp,
        request_id: requestId,
      });
      return { answer, commit: true };
    });
    void this.commands.deliver();
    return command;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { ExplainRequest, Explanation } from '@sluice/schema';
import { DataSource } from 'typeorm';
import type { Author } from '../access/author.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import { InstanceQuestions } from '../instances/instance-questions.ts';
import { toInstance } from '../instances/instance-view.ts';
import { Instances } from '../instances/instances.service.ts';
import { Groups } from '../resources/groups.ts';

/** Who asks, and by which request. */
export interface Asker {
  readonly author: Author;
  readonly requestId: string;
}

/** An explanation, and whose it is. */
export interface ExplainedBy {
  readonly instance: string;
  /** Revision that the data plane serves. */
  readonly revision: number;
}

/** Lets a data plane say what it does with a request. */
@Injectable()
export class ExplainService {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Instances) private readonly instances: Instances,
    @Inject(InstanceQuestions) private readonly questions: InstanceQuestions,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Asks the data plane that is named, or any that is connected. */
  async explain(
    groupName: string,
    wanted: string | undefined,
    request: ExplainRequest,
    asker: Asker,
  ): Promise<ExplainedBy & Explanation> {
    const group = await this.groups.byName(groupName);
    const id = wanted === undefined ? await this.#anyOf(group.id) : await this.#connected(group.id, wanted);
    await this.#note(group, id, request, asker);
    const question = { name: 'explain' as const, text: JSON.stringify(request), by: asker.author.name };
    const answer = JSON.parse(await this.questions.ask(group.id, id, question)) as Explanation & { revision: number };
    return { ...answer, instance: id };
  }

  async #anyOf(groupId: number): Promise<string> {
    const connected = (await this.instances.rows(groupId)).map(toInstance).filter(({ status }) => status !== 'offline');
    const best = connected.find(({ status }) => status === 'healthy') ?? connected[0];
    if (!best) throw new Refusal('CONFLICT', 'No data plane is connected: there is nobody to ask.');
    return best.id;
  }

  async #connected(groupId: number, id: string): Promise<string> {
    const instance = toInstance(await this.instances.row(groupId, id));
    if (instance.status !== 'offline') return instance.id;
    throw new Refusal('CONFLICT', 'The data plane is offline: nobody can ask it anything.');
  }

  /** Path and method are noted; query, fields and body of the request may be a client's secrets. */
  async #note(
    group: { readonly id: number; readonly name: string },
    id: string,
    request: ExplainRequest,
    { author, requestId }: Asker,
  ): Promise<void> {
    await inTransaction(this.database, async (db) => {
      await this.audit.append(db, {
        scope: group.id,
        actor: author.name,
        actor_type: author.type,
        action: 'instance.explain',
        group_name: group.name,
        kind: 'instance',
        id,
        source_ip: author.sourceIp,
        request_id: requestId,
        detail: { method: request.method, path: request.url.replace(/[?#].*$/, ''), sent: request.send },
      });
      return { answer: undefined, commit: true };
    });
  }
}

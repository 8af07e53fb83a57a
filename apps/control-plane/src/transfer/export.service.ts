import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accessErrors } from '../access/access.errors.ts';
import type { Author } from '../access/author.ts';
import { includesRole } from '../access/role.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { type Group, Groups } from '../resources/groups.ts';
import { DocumentWriter, type ExportOptions } from './document-writer.ts';
import { GroupState } from './group-state.ts';

/** Who exports, and by which request. */
export interface ExportRequest {
  readonly author: Author;
  readonly requestId: string;
}

/** A document that is being written. */
export interface Export {
  readonly revision: number;
  readonly parts: AsyncGenerator<string>;
}

/** Exports groups, and notes who took secrets along. */
@Injectable()
export class ExportService {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(GroupState) private readonly state: GroupState,
    @Inject(DocumentWriter) private readonly writer: DocumentWriter,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  async export(
    groupName: string,
    options: Omit<ExportOptions, 'revision'> & { readonly revision: number | undefined },
    request: ExportRequest,
  ): Promise<Export> {
    const { role, name } = request.author;
    // Whoever holds envelopes can have them opened by any group of this installation in which they may write.
    if (options.secrets === 'encrypted' && !includesRole(role, 'admin')) {
      throw accessErrors.FORBIDDEN(`${name} is ${role} here, admin is needed for sealed secrets`);
    }
    const group = await this.groups.byName(groupName);
    const revision = await this.state.requireRevision(group, options.revision);
    if (options.secrets === 'encrypted') await this.#record(group, revision, request);
    return { revision, parts: this.writer.write(group, { ...options, revision }) };
  }

  #record({ id, name: group }: Group, revision: number, { author, requestId }: ExportRequest): Promise<void> {
    return inTransaction(this.database, async (db) => {
      await this.audit.append(db, {
        scope: id,
        actor: author.name,
        actor_type: author.type,
        action: 'configuration.export',
        group_name: group,
        revision,
        source_ip: author.sourceIp,
        request_id: requestId,
        detail: { secrets: 'encrypted' },
      });
      return { answer: undefined, commit: true };
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accessErrors } from '../access/access.errors.ts';
import type { Author } from '../access/author.ts';
import { includesRole } from '../access/role.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import type { RefusalIssue } from '../http/refusal.ts';
import type { WriteOptions } from '../resources/change-set-writer.ts';
import { Groups } from '../resources/groups.ts';
import { boundedMessage } from '../resources/revision-request.ts';
import type { ChangeListView, Remark } from './change-list.schema.ts';
import { pruneScope } from './declarative.service.ts';
import { desiredResources } from './desired-state.ts';
import type { ImportBody, ImportSource } from './import.schema.ts';
import { ServableResources } from './servable-resources.ts';
import { hostOf, SourceReader } from './sources/source-reader.ts';
import { StateWriter } from './state-writer.ts';

/** Brings configuration in from elsewhere, with a report of what could not come along. */
@Injectable()
export class ImportService {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
    @Inject(SourceReader) private readonly sources: SourceReader,
    @Inject(ServableResources) private readonly servable: ServableResources,
    @Inject(StateWriter) private readonly writer: StateWriter,
  ) {}

  async import(group: string, body: ImportBody, author: Author, options: WriteOptions): Promise<ChangeListView> {
    const prune = pruneScope(body);
    await this.#admitFetch(group, body.source, author, options.requestId);
    const { resources: read, report: found, issues: problems, title } = await this.sources.read(body.source);
    const report: Remark[] = [...found];
    const issues: RefusalIssue[] = [...problems];
    const all = desiredResources(read, issues);
    const resources = body.skip_invalid ? await this.servable.of(group, all, report) : all;
    const about = {
      ...options,
      source: 'import',
      dryRun: options.dryRun || body.dry_run,
      message: boundedMessage(body.message) || `Import ${title}`,
      expectedHead: body.expected_head,
      draftBy: body.as_draft ? author : undefined,
    } as const;
    return this.writer.write(group, { resources, prune }, about, { report, issues });
  }

  /**
   * A source that is fetched makes this server call an address of the sender's choice, from where it stands: an admin may
   * ask for that, and it is noted before it happens.
   */
  async #admitFetch(groupName: string, source: ImportSource, author: Author, requestId?: string): Promise<void> {
    const address = source.type === 'apisix' ? [hostOf(source.url ?? '')] : (source.endpoints ?? []).map(hostOf);
    if (source.type !== 'apisix' && source.type !== 'etcd') return;
    if (!includesRole(author.role, 'admin')) {
      throw accessErrors.FORBIDDEN(`${author.name} is ${author.role} here, admin is needed to fetch a configuration`);
    }
    const { id: scope } = await this.groups.byName(groupName);
    await inTransaction(this.database, async (db) => {
      await this.audit.append(db, {
        scope,
        actor: author.name,
        actor_type: author.type,
        action: 'configuration.fetch',
        group_name: groupName,
        source_ip: author.sourceIp,
        request_id: requestId ?? null,
        detail: { type: source.type, address: address.slice(0, 16) },
      });
      return { answer: undefined, commit: true };
    });
  }
}

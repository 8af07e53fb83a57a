import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, ResourceKind } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { callerOf } from '../access/author.ts';
import { includesRole } from '../access/role.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import type { StoredResource } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import { ResourceService } from '../resources/resource.service.ts';
import { shownValue } from './admin-envelope.ts';

/** Which resources a read is about. */
export interface ReadPlace {
  readonly group: string;
  readonly kind: ResourceKind;
  /** Undefined for a list. */
  readonly id: string | undefined;
}

/**
 * What a caller sees of stored resources: who may write reads secrets in plain, because clients compare what they wrote with
 * what they read, and the audit trail notes it before the answer goes out. A viewer, who compares nothing, reads them masked.
 */
@Injectable()
export class ShownValues {
  constructor(
    @Inject(ResourceService) private readonly resources: ResourceService,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** The values of resources, in their order. */
  async of(request: FastifyRequest, place: ReadPlace, stored: readonly StoredResource[]): Promise<JsonObject[]> {
    const { kind } = place;
    if (!includesRole(callerOf(request).author.role, 'editor')) {
      return stored.map(({ body }) => shownValue(kind, JSON.parse(body) as JsonObject));
    }
    const telling = stored.filter(({ sealed }) => sealed !== null && !hidesAll(kind));
    if (telling.length > 0) await this.#note(request, place, telling.length);
    return stored.map((resource) => shownValue(kind, this.resources.openValue(resource)));
  }

  async #note(request: FastifyRequest, { group, kind, id }: ReadPlace, count: number): Promise<void> {
    const { author } = callerOf(request);
    const { id: scope } = await this.groups.byName(group);
    const entry = {
      scope,
      actor: author.name,
      actor_type: author.type,
      action: 'secret.read',
      group_name: group,
      kind: kind.name,
      id: id ?? null,
      source_ip: author.sourceIp,
      request_id: request.id,
      detail: { resources: count },
    };
    await inTransaction(this.database, async (db) => {
      await this.audit.append(db, entry);
      return { answer: undefined, commit: true };
    });
  }
}

/** Whether all secrets of a kind are left out of every answer, as the keys of certificates are. */
function hidesAll({ secrets, unshown, pluginDoor }: ResourceKind): boolean {
  return pluginDoor === null && secrets.length > 0 && secrets.every((secret) => unshown.includes(secret));
}

import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, ResourceKind } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Sealing } from '../sealing/sealing.ts';
import type { Change, Outcome, StoredResource } from './change-set.ts';
import { ChangeSetWriter, type WriteOptions, type WriteResult } from './change-set-writer.ts';
import { Groups } from './groups.ts';
import { MissingResource } from './missing-resource.ts';
import { type ListedNames, listNames, listPage, listResources, type ResourceQuery } from './resource-list.ts';
import { retrying } from './retrying.ts';
import { findResource } from './resource-rows.ts';

/** What became of a single write. */
export interface WrittenOne {
  readonly revision: number | null;
  readonly outcome: Outcome;
}

/** How an edit is written. */
export interface EditOptions extends WriteOptions {
  readonly expiresAt?: Date | null;
}

/** The one engine for all kinds. */
@Injectable()
export class ResourceService {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(ChangeSetWriter) private readonly writer: ChangeSetWriter,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** One resource as it is now, or a 404 that names it. */
  async get(groupName: string, kind: ResourceKind, id: string): Promise<StoredResource> {
    const group = await this.groups.byName(groupName);
    const stored = await findResource(this.database, group.id, { kind: kind.name, id });
    if (!stored) throw new MissingResource(kind, id);
    return stored;
  }

  /** A page of one kind, and how many there are without paging. */
  async list(groupName: string, query: ResourceQuery): Promise<{ list: StoredResource[]; total: number }> {
    const group = await this.groups.byName(groupName);
    if (query.limit === undefined) {
      const list = await listResources(this.database, group.id, query);
      return { list, total: list.length };
    }
    return listPage(this.database, group.id, query);
  }

  /** As `list`, of those whose names pass a test that the database cannot make. */
  async listWhere(groupName: string, query: ResourceQuery, test: (listed: ListedNames) => boolean) {
    const group = await this.groups.byName(groupName);
    const { limit, offset = 0 } = query;
    const names = (await listNames(this.database, group.id, query)).filter(test);
    const ids = names.slice(offset, limit && offset + limit).map(({ id }) => id);
    const page = { ...query, ids, limit: undefined };
    return { list: await listResources(this.database, group.id, page), total: names.length };
  }

  /** Writes a change set as one revision, or nothing of it. Refusals name fields as `/changes/<i>/value/…`. */
  write(groupName: string, changes: readonly Change[], options: WriteOptions): Promise<WriteResult> {
    return this.writer.write(groupName, changes, options, (index) => `/changes/${index}/value`);
  }

  /** Writes one change. Refusals name fields of the value. */
  async writeOne(groupName: string, change: Change, options: WriteOptions): Promise<WrittenOne> {
    const { revision, outcomes } = await this.writer.write(groupName, [change], options, () => '');
    const [outcome] = outcomes;
    if (!outcome) throw new Error('A change set of one change has one outcome.');
    return { revision, outcome };
  }

  /** Replaces a resource by what `edit` makes of its value, secrets in plain; edits again when somebody was quicker. */
  edit(
    groupName: string,
    { kind, id }: { readonly kind: ResourceKind; readonly id: string },
    edit: (value: JsonObject) => JsonObject,
    { expiresAt, ...options }: EditOptions,
  ): Promise<WrittenOne> {
    return retrying(async () => {
      const stored = await this.get(groupName, kind, id);
      const value = edit(this.sealing.openValue(stored));
      const change = { op: 'put', kind, id, value, expiresAt, basedOn: stored.modifiedRevision } as const;
      return this.writeOne(groupName, change, options);
    });
  }

  /** The value of a stored resource, secrets in plain. */
  openValue(stored: StoredResource): JsonObject {
    return this.sealing.openValue(stored);
  }
}

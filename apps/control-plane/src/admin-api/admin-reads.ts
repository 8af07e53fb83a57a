import { Inject, Injectable } from '@nestjs/common';
import { Groups } from '../resources/groups.ts';
import { ResourceService } from '../resources/resource.service.ts';
import { adminKey, readNode, shownValue } from './admin-envelope.ts';
import { type AdminQuery, filtersOf, pageOf, patternFilter } from './admin-list.ts';
import { type AdminTarget, requireId } from './admin-target.ts';

/** What the Admin API answers to reads. Secrets are in plain: clients compare what they wrote with what they read. */
@Injectable()
export class AdminReads {
  constructor(
    @Inject(ResourceService) private readonly resources: ResourceService,
    @Inject(Groups) private readonly groups: Groups,
  ) {}

  /** One resource. */
  async get(target: AdminTarget): Promise<object> {
    const { group, kind } = target;
    const prefix = await this.groups.prefixOf(group);
    const stored = await this.resources.get(group, kind, requireId(target));
    return readNode(adminKey(prefix, kind, stored.id), shownValue(kind, this.resources.openValue(stored)), stored);
  }

  /** All resources of a kind, or a page of those that pass the filters. */
  async list({ group, kind }: AdminTarget, query: AdminQuery): Promise<object> {
    const prefix = await this.groups.prefixOf(group);
    const wanted = { ...filtersOf(kind, query), ...pageOf(query) };
    const test = patternFilter(query);
    const found = test ? this.resources.listWhere(group, wanted, test) : this.resources.list(group, wanted);
    const { list, total } = await found;
    const nodes = list.map((stored) =>
      readNode(adminKey(prefix, kind, stored.id), shownValue(kind, this.resources.openValue(stored)), stored),
    );
    return { list: nodes, total };
  }
}

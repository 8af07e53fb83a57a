import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { StoredResource } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import { MissingResource } from '../resources/missing-resource.ts';
import { ResourceService } from '../resources/resource.service.ts';
import { adminKey, readNode } from './admin-envelope.ts';
import { type AdminQuery, certainTexts, filtersOf, pageOf, patternFilter } from './admin-list.ts';
import { type AdminTarget, requireId } from './admin-target.ts';
import { type ReadPlace, ShownValues } from './shown-values.ts';

/** What the Admin API answers to reads. */
@Injectable()
export class AdminReads {
  constructor(
    @Inject(ResourceService) private readonly resources: ResourceService,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(ShownValues) private readonly values: ShownValues,
  ) {}

  /** One resource. */
  async get(target: AdminTarget, request: FastifyRequest): Promise<object> {
    const { group, kind } = target;
    const id = requireId(target);
    const [node] = await this.#nodes(request, { group, kind, id }, [await this.resources.get(group, kind, id)]);
    return node as object;
  }

  /** All resources of a kind, or a page of those that pass the filters. */
  async list({ group, kind, parent }: AdminTarget, query: AdminQuery, request: FastifyRequest): Promise<object> {
    const wanted = { ...filtersOf(kind, query), ...pageOf(query), parent };
    const test = patternFilter(query);
    const found = test
      ? this.resources.listWhere(group, { ...wanted, containing: certainTexts(query) }, test)
      : this.resources.list(group, wanted);
    const { list, total } = await found;
    // Without anything in it, the place itself does not exist.
    if (parent !== undefined && total === 0) throw new MissingResource(kind, `${parent}/`);
    return { list: await this.#nodes(request, { group, kind, id: undefined }, list), total };
  }

  async #nodes(request: FastifyRequest, place: ReadPlace, list: readonly StoredResource[]): Promise<object[]> {
    const prefix = await this.groups.prefixOf(place.group);
    const values = await this.values.of(request, place, list);
    return list.map((stored, i) => readNode(adminKey(prefix, place.kind, stored.id), values[i] ?? {}, stored));
  }
}

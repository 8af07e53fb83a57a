import { Inject, Injectable } from '@nestjs/common';
import { parentIdOf } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.ts';
import type { RefusalIssue } from '../http/refusal.ts';
import { keyOf } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import { type Reference, referencesOf } from '../resources/references.ts';
import { findResources } from '../resources/resource-rows.ts';
import { type DesiredResource, nameOf, nameOfKey } from './desired-state.ts';

/** A resource that refers to something that is not there. */
export interface Dangling {
  readonly resource: DesiredResource;
  readonly reference: Reference;
}

/** What resources refer to, and whether it is there. */
@Injectable()
export class ReferenceCheck {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Groups) private readonly groups: Groups,
  ) {}

  of({ kind, id, value }: DesiredResource): Reference[] {
    return referencesOf(kind, value, { parentId: parentIdOf(kind, id), lookup: this.catalogue.lookup });
  }

  /** What some resources refer to and that is neither in the group nor among all those that are coming. */
  async dangling(
    groupName: string,
    resources: readonly DesiredResource[],
    coming: readonly DesiredResource[] = resources,
  ): Promise<Dangling[]> {
    const { id: groupId } = await this.groups.byName(groupName);
    const known = new Set(coming.map(({ kind, id }) => keyOf({ kind: kind.name, id })));
    const open = resources.flatMap((resource) =>
      this.of(resource)
        .filter((reference) => reference.type !== 'plugin' && !known.has(keyOf(reference)))
        .map((reference) => ({ resource, reference })),
    );
    if (open.length === 0) return [];
    const keys = open.map(({ reference }) => reference);
    const found = await findResources(this.database, groupId, keys);
    return open.filter(({ reference }) => !found.has(keyOf(reference)));
  }

  /** The same as issues, each told at the field. */
  async missing(
    groupName: string,
    resources: readonly DesiredResource[],
    coming: readonly DesiredResource[],
  ): Promise<RefusalIssue[]> {
    const dangling = await this.dangling(groupName, resources, coming);
    return dangling.map(({ resource, reference: { kind, id, field } }) => ({
      path: resource.path + field,
      message: `${nameOf(resource)} refers to ${nameOfKey(kind, id)}, which is not there`,
    }));
  }
}

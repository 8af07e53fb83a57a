import { Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../http/refusal.ts';
import { ValueCheck } from '../resources/value-check.ts';
import type { Remark } from './change-list.schema.ts';
import { type DesiredResource, nameOf, nameOfKey } from './desired-state.ts';
import { ReferenceCheck } from './reference-check.ts';

/** Leaves out what this installation cannot take, and what refers to it; each is named. */
@Injectable()
export class ServableResources {
  constructor(
    @Inject(ValueCheck) private readonly values: ValueCheck,
    @Inject(ReferenceCheck) private readonly references: ReferenceCheck,
  ) {}

  async of(group: string, resources: readonly DesiredResource[], report: Remark[]): Promise<DesiredResource[]> {
    let left = resources.filter((resource) => {
      const problem = this.#problem(resource);
      if (problem === undefined) return true;
      report.push({ level: 'dropped', path: resource.path, message: `${nameOf(resource)}: ${problem}` });
      return false;
    });
    for (;;) {
      const dangling = await this.references.dangling(group, left);
      if (dangling.length === 0) return left;
      const without = new Set(dangling.map(({ resource }) => resource));
      for (const { resource, reference } of dangling) {
        const message = `${nameOf(resource)}: it refers to ${nameOfKey(reference.kind, reference.id)}, which is not there`;
        report.push({ level: 'dropped', path: resource.path, message });
      }
      left = left.filter((resource) => !without.has(resource));
    }
  }

  #problem({ kind, value }: DesiredResource): string | undefined {
    try {
      this.values.check(kind, value);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }
}

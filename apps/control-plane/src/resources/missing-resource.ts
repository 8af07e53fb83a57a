import type { ResourceKind } from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';

/** A resource that is asked for and does not exist; the Admin API has words of its own for it. */
export class MissingResource extends Refusal {
  constructor(kind: ResourceKind, id: string) {
    super('NOT_FOUND', `There is no ${kind.label} "${id}".`);
  }
}

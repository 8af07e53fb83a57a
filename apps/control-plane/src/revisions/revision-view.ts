import type { Sealing } from '../sealing/sealing.ts';
import { actionOf } from '../resources/change-set.ts';
import { type Operation, OPERATIONS_MAX, operationsBetween } from './operations.ts';
import { shownValueOf } from './shown-value.ts';
import type { VersionPair } from './version-rows.ts';

/** One of the changes that a list names. */
export interface FirstChange {
  readonly revision: number;
  readonly kind: string;
  readonly id: string;
  readonly previous_revision: number | null;
  readonly is_deletion: boolean;
}

/** A change without its values. */
export function firstChangeView({
  kind,
  id,
  previous_revision: previous,
  is_deletion: isDeletion,
}: FirstChange): object {
  return { kind, id, action: isDeletion ? 'delete' : previous === null ? 'create' : 'update' };
}

/** A change as the API shows it: the values, masked, and what differs between them. */
export interface ChangeView extends OperationsView {
  readonly kind: string;
  readonly id: string;
  readonly action: 'create' | 'update' | 'delete';
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two values. */
export interface OperationsView {
  readonly operations: readonly Operation[];
  readonly operations_truncated?: true;
}

/** A change with the values before and after, masked as they are stored. */
export function changeView({ before, after }: VersionPair, sealing: Sealing): ChangeView {
  const [old, next] = [shownValueOf(before, sealing), shownValueOf(after, sealing)];
  const [shownOld, shownNext] = [(old?.shown ?? null) as object | null, (next?.shown ?? null) as object | null];
  const action = actionOf(shownOld, shownNext);
  const operations = operationsView(operationsBetween(old, next));
  return { kind: after.kind, id: after.id, action, before: shownOld, after: shownNext, ...operations };
}

/** Operations as the API shows them, saying where there may be more. */
export function operationsView(operations: readonly Operation[]): OperationsView {
  return { operations, ...(operations.length >= OPERATIONS_MAX && { operations_truncated: true as const }) };
}

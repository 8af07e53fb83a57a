import type { ChangeMessage } from '@sluice/sync/grpc';
import type { PublishedChange, PublishedState } from '@sluice/sync/etcd';
import type { Delta } from '../config-reader.ts';

/** Changes as they are written to etcd. */
export function publishedChanges({ changes }: Delta): PublishedChange[] {
  return changes.map(({ kind, id, body, deleted }) => ({ kind, id, body: deleted ? null : body }));
}

/**
 * A whole state as it is written to etcd: in the order in which its resources were made, since etcd numbers keys as they
 * come, and equal routes are tried in the order of these numbers.
 */
export function publishedState({ changes, commit }: Delta): PublishedState {
  return { ...commit, resources: changes.toSorted(byCreation).map(({ kind, id, body }) => ({ kind, id, body })) };
}

function byCreation(a: ChangeMessage, b: ChangeMessage): number {
  return a.created_revision - b.created_revision || compareText(a.kind, b.kind) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

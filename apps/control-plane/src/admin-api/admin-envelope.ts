import { isSecretReference, storagePath, type JsonObject, type ResourceKind } from '@sluice/schema';
import type { StoredResource } from '../resources/change-set.ts';

/** A resource as the Admin API answers it, secrets in plain: its clients compare what they wrote. */
export interface AdminNode {
  readonly key: string;
  readonly value: JsonObject;
}

/** Makes the storage key of a resource. */
export function adminKey(prefix: string, kind: ResourceKind, id: string): string {
  return `${prefix}/${storagePath(kind, id)}`;
}

/** Leaves out what even this API never answers, such as private keys. A reference to a secret kept elsewhere says nothing. */
export function shownValue({ unshown }: ResourceKind, value: JsonObject): JsonObject {
  const isHidden = (field: string): boolean => unshown.includes(field) && !isReference(value[field]);
  return Object.fromEntries(Object.entries(value).filter(([field]) => !isHidden(field)));
}

function isReference(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isReference) : typeof value === 'string' && isSecretReference(value);
}

/** A resource that was read: with the revisions that made it and changed it last. */
export function readNode(key: string, value: JsonObject, stored: StoredResource): object {
  return { key, value, createdIndex: stored.createdRevision, modifiedIndex: stored.modifiedRevision };
}

import { getPointer, pointerOf, type KindName, type ResourceKind } from '@sluice/schema';

/** A field of a resource that names another resource. */
export interface Reference {
  /** JSON pointer of the field. */
  readonly field: string;
  readonly kind: KindName;
  readonly id: string;
}

/** What a value refers to. */
export function referencesOf(kind: ResourceKind, value: unknown): Reference[] {
  return Object.entries(kind.references).flatMap(([path, target]) => {
    const field = pointerOf(path.split('.'));
    const id = getPointer(value, field);
    return typeof id === 'string' || typeof id === 'number' ? [{ field, kind: target, id: String(id) }] : [];
  });
}

import {
  getPointer,
  parentIdOf,
  pointerOf,
  secretPointers as matchingPointers,
  type KindName,
  type PluginSchema,
  type ResourceKind,
} from '@sluice/schema';
import { keyOf } from './change-set.ts';

/** Something of a resource that names another resource. */
export interface Reference {
  /** JSON pointer of the field; empty where the id of the resource says it. */
  readonly field: string;
  readonly kind: KindName;
  readonly id: string;
  /**
   * `field`: what it names must exist. `parent`: it lives in what it names. `plugin`: a plugin of the resource names it; that
   * keeps it from being deleted, but it may come later.
   */
  readonly type: 'field' | 'parent' | 'plugin';
}

/** What the references of a value depend on, besides the value. */
export interface ReferenceContext {
  /** The id that the resource has, or the parent in which it is created. */
  readonly parentId: string | undefined;
  readonly lookup: (plugin: string) => PluginSchema | undefined;
}

/** What a value refers to. */
export function referencesOf(kind: ResourceKind, value: unknown, context: ReferenceContext): Reference[] {
  const fields = Object.entries(kind.references).flatMap(([path, target]) => {
    const field = pointerOf(path.split('.'));
    return named(value, field, { kind: target, type: 'field' });
  });
  return [...parentReference(kind, context), ...fields, ...pluginReferences(kind, value, context)];
}

function parentReference({ parent }: ResourceKind, { parentId }: ReferenceContext): Reference[] {
  return parent && parentId !== undefined ? [{ field: '', kind: parent.kind, id: parentId, type: 'parent' }] : [];
}

/** What is stored of references: by it is found who uses a resource. */
export function storedReferences(references: readonly Reference[]): string[] {
  return [...new Set(references.map((reference) => storedReference(reference, reference.type)))].sort();
}

/** One stored reference; those of plugins are told apart. */
export function storedReference(target: Pick<Reference, 'kind' | 'id'>, type: Reference['type']): string {
  return type === 'plugin' ? `plugin:${keyOf(target)}` : keyOf(target);
}

/** The parent of a resource that is put: by its id, or where it is created. */
export function parentOfPut(kind: ResourceKind, id: string | null, parent: string | undefined): string | undefined {
  return id === null ? parent : parentIdOf(kind, id);
}

function pluginReferences(kind: ResourceKind, value: unknown, { lookup }: ReferenceContext): Reference[] {
  const plugins = kind.pluginDoor === null ? undefined : getPointer(value, '/plugins');
  if (typeof plugins !== 'object' || plugins === null) return [];
  return Object.keys(plugins).flatMap((name) =>
    Object.entries(lookup(name)?.references ?? {}).flatMap(([pattern, target]) =>
      matchingPointers(value, [`plugins.${name}.${pattern}`]).flatMap((field) =>
        named(value, field, { kind: target, type: 'plugin' }),
      ),
    ),
  );
}

function named(value: unknown, field: string, about: Pick<Reference, 'kind' | 'type'>): Reference[] {
  const id = getPointer(value, field);
  return typeof id === 'string' || typeof id === 'number' ? [{ field, id: String(id), ...about }] : [];
}

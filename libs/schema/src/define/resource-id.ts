import type { ResourceKind } from './kind.ts';

/** What an id needs to know of its kind. */
export type IdRules = Pick<ResourceKind, 'idField' | 'parent'>;

/** Id of the resource that another one lives in, such as `jack` for the credential `jack/c1`; undefined where there is none. */
export function parentIdOf({ parent }: IdRules, id: string): string | undefined {
  return parent ? id.slice(0, Math.max(id.indexOf('/'), 0)) : undefined;
}

/** What a resource is called where its parent is known: `c1` for the credential `jack/c1`, and else the whole id. */
export function ownIdOf({ parent }: IdRules, id: string): string {
  return parent ? id.slice(id.indexOf('/') + 1) : id;
}

/** The fields of a value that its id decides: what it is called, and for what lives in another resource where. */
export function identityOf(kind: IdRules, id: string): Record<string, string> {
  const field = kind.parent?.field;
  const inParent = field === undefined ? {} : { [field]: parentIdOf(kind, id) ?? '' };
  return { [kind.idField]: ownIdOf(kind, id), ...inParent };
}

import {
  check,
  childKindsOf,
  Id,
  identityOf,
  kindByPlural,
  ownIdOf,
  storagePath,
  type JsonObject,
  type KindMethod,
  type ResourceKind,
} from '@sluice/schema';
import { badRequest, unsupportedMethod, unsupportedResource } from './admin-answer.ts';

/** The group that the Admin API addresses where its path names none. */
const DEFAULT_GROUP = 'default';

/** The path parameters of an Admin API request. */
export interface AdminPath {
  readonly group?: string;
  readonly resource: string;
  readonly id?: string;
  /** What follows the first part of the id. */
  readonly '*'?: string;
}

/** What a request is about. */
export interface AdminTarget {
  readonly group: string;
  readonly kind: ResourceKind;
  /** The resource that the target lives in, for kinds that do. */
  readonly parent: string | undefined;
  /** The whole id, with that of the parent; undefined where the path names no single resource. */
  readonly id: string | undefined;
  /** What follows the id, key by key. */
  readonly below: readonly string[];
}

/** What a path names; refuses kinds that are not known and methods that the kind does not offer. */
export function targetOf(path: AdminPath, method: KindMethod): AdminTarget {
  const target = placeOf(path);
  const { kind, below } = target;
  // Only a patch may address a part of a resource.
  if (below[0] !== undefined && method !== 'PATCH') throw unsupportedResource(below[0]);
  if (!kind.methods.has(method)) throw unsupportedMethod(method, kind);
  return target;
}

/** What a path names, whatever is to be done with it. */
export function placeOf({ group = DEFAULT_GROUP, resource, id, '*': rest = '' }: AdminPath): AdminTarget {
  const kind = kindByPlural(resource);
  // What lives in another resource is addressed below it, and only there.
  if (!kind || kind.parent) throw unsupportedResource(resource);
  const parts = [id ?? '', ...rest.split('/')].filter((part) => part !== '');
  const [parent, inner, own, ...below] = parts;
  const child = childKindsOf(kind.name).find(({ plural }) => plural === inner);
  if (child && parent !== undefined) {
    return { group, kind: child, parent, id: own === undefined ? undefined : `${parent}/${own}`, below };
  }
  const ids = parts.slice(0, kind.idSegments);
  return {
    group,
    kind,
    parent: undefined,
    id: ids.length < kind.idSegments ? undefined : ids.join('/'),
    below: parts.slice(kind.idSegments),
  };
}

/** The id of a path, where there must be one. */
export function requireId({ kind, id }: AdminTarget): string {
  if (id === undefined) throw badRequest(`missing ${kind.label} id`);
  return id;
}

/** What clients know of kinds that have words of their own for it. */
const withoutId: ReadonlyMap<string, string> = new Map([
  ['plugin_metadata', 'missing plugin name'],
  ['secret', 'no secret id'],
]);

/** The id of a path that is written to, where there must be one. */
export function requireWrittenId({ kind, id }: AdminTarget): string {
  if (id === undefined) throw badRequest(withoutId.get(kind.name) ?? `missing ${kind.label} id`);
  return id;
}

/** The id under which a body is put: that of the path, or else its own; both must agree. */
export function idForPut(target: AdminTarget, body: JsonObject): string {
  const { kind, parent, id } = target;
  const own = body[kind.idField];
  const isNamed = typeof own === 'string' || typeof own === 'number';
  const isId = kind.idField === 'id';
  if (id === undefined && !isNamed) {
    if (isId) requireWrittenId(target);
    throw badRequest(`invalid configuration: property "${kind.idField}" is required`);
  }
  if (typeof own === 'number') refuseWrongNumber(own);
  const whole = id ?? (parent === undefined ? String(own) : `${parent}/${own}`);
  if (isNamed && !namesOf(kind, whole).includes(String(own))) {
    throw badRequest(isId ? `wrong ${kind.label} id` : `wrong ${kind.idField}`);
  }
  return whole;
}

/** An id becomes text; what is wrong with it as a number has to be said before. */
function refuseWrongNumber(id: number): void {
  const issue = check(Id, id);
  if (issue) throw badRequest(`invalid configuration: property "id" validation failed: ${issue.message}`);
}

/** What a body may call itself: by its whole id, by its last part, or by where it is stored. */
function namesOf(kind: ResourceKind, id: string): string[] {
  const last = id.slice(id.lastIndexOf('/') + 1);
  return kind.parent ? [ownIdOf(kind, id), storagePath(kind, id).split('/').slice(1).join('/')] : [id, last];
}

/** A body with the id under which it is put; users are identified by a field that they must send themselves. */
export function withId({ kind, parent }: AdminTarget, id: string, body: JsonObject): JsonObject {
  const inParent = withParent(kind, parent, body);
  return kind.idField === 'id' ? { ...inParent, ...identityOf(kind, id) } : inParent;
}

/** A body with the id of what it lives in, which only the path decides. */
export function withParent(kind: ResourceKind, parent: string | undefined, body: JsonObject): JsonObject {
  const field = kind.parent?.field;
  if (field === undefined || parent === undefined) return body;
  if (body[field] !== undefined && String(body[field]) !== parent) {
    throw badRequest(`wrong ${field}, it is taken from the path`);
  }
  return { ...body, [field]: parent };
}

import { kindByPlural, type JsonObject, type KindMethod, type ResourceKind } from '@sluice/schema';
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
  readonly id: string | undefined;
  /** What follows the id, key by key. */
  readonly below: readonly string[];
}

/** What a path names; refuses kinds that are not served and methods that the kind does not offer. */
export function targetOf(path: AdminPath, method: KindMethod): AdminTarget {
  const { group = DEFAULT_GROUP, resource, id, '*': rest = '' } = path;
  const kind = kindByPlural(resource);
  if (!kind) throw unsupportedResource(resource);
  if (!kind.methods.has(method)) throw unsupportedMethod(method, kind);
  const parts = [id ?? '', ...rest.split('/')].filter((part) => part !== '');
  const own = parts.slice(0, kind.idSegments);
  const below = parts.slice(kind.idSegments);
  // Only a patch may address a part of a resource; a kind inside a kind is served by nobody yet.
  if (below[0] !== undefined && method !== 'PATCH') throw unsupportedResource(below[0]);
  return { group, kind, id: own.length < kind.idSegments ? undefined : own.join('/'), below };
}

/** The id of a path, where there must be one. */
export function requireId({ kind, id }: AdminTarget): string {
  if (id === undefined) throw badRequest(`missing ${kind.label} id`);
  return id;
}

/** The id under which a body is put: that of the path, or else its own; both must agree. */
export function idForPut({ kind, id }: AdminTarget, body: JsonObject): string {
  const own = body[kind.idField];
  const isNamed = typeof own === 'string' || typeof own === 'number';
  if (id === undefined && !isNamed) {
    const isId = kind.idField === 'id';
    throw badRequest(
      isId ? `missing ${kind.label} id` : `invalid configuration: property "${kind.idField}" is required`,
    );
  }
  if (id !== undefined && isNamed && String(own) !== id && !id.endsWith(`/${own}`)) {
    throw badRequest(kind.idField === 'id' ? `wrong ${kind.label} id` : `wrong ${kind.idField}`);
  }
  return id ?? String(own);
}

/** A body with the id under which it is put; users are identified by a field that they must send themselves. */
export function withId({ kind, id }: AdminTarget, body: JsonObject): JsonObject {
  return kind.idField === 'id' && id !== undefined ? { ...body, id } : body;
}

import {
  identityOf,
  isJsonObject,
  kindByPlural,
  kinds,
  type JsonObject,
  type KindMethod,
  type ResourceKind,
} from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';

/** The kind that a path segment means, or a 404 that names it. */
export function kindOf(plural: string): ResourceKind {
  const kind = kindByPlural(plural);
  if (!kind) throw new Refusal('NOT_FOUND', `There is no kind of resource "${plural.slice(0, 64)}".`);
  return kind;
}

/** The kind of this name, or a refusal of the field that holds it. */
export function kindNamed(name: string): ResourceKind {
  const kind = [...kinds.values()].find((candidate) => candidate.name === name);
  if (!kind) throw new Refusal('INVALID', `There is no kind of resource "${name.slice(0, 64)}".`);
  return kind;
}

/** Refuses a method that the kind does not offer. */
export function requireMethod(kind: ResourceKind, method: KindMethod): void {
  if (!kind.methods.has(method)) throw new Refusal('NOT_FOUND', `${method} is not offered for a ${kind.label}.`);
}

/**
 * What is to be stored of a value that was sent to `/api/v1`: under the id that the request names. The two times are the
 * server's: a form sends back what it has read, and they are left out rather than believed.
 */
export function writtenValue(kind: ResourceKind, id: string | null, sent: unknown): JsonObject {
  if (!isJsonObject(sent)) throw new Refusal('INVALID', 'The value must be an object.');
  const { create_time: _created, update_time: _updated, ...value } = sent;
  const { idField } = kind;
  if (id === null) {
    if (value[idField] === undefined) return value as JsonObject;
    throw new Refusal('INVALID', 'A generated id is asked for, so the value must not name one.', {
      field: `/${idField}`,
    });
  }
  const identity = identityOf(requireWholeId(kind, id), id);
  for (const [field, own] of Object.entries(identity)) {
    const said = value[field];
    if (said === undefined || String(said) === own) continue;
    throw new Refusal('INVALID', `The value names another ${field} than the request.`, { field: `/${field}` });
  }
  return { ...value, ...identity } as JsonObject;
}

/** Refuses an id that does not name both a resource and where it lives, where the kind asks for that. */
export function requireWholeId(kind: ResourceKind, id: string): ResourceKind {
  if (!kind.parent || /^[^/]+\/[^/]+$/.test(id)) return kind;
  throw new Refusal('INVALID', `The id of a ${kind.label} is <id of the ${kind.parent.kind}>/<own id>.`);
}

/** What a resource with a generated id is to live in, which its kind asks for or does not know. */
export function requireParent(kind: ResourceKind, parent: string | undefined): string | undefined {
  const isNamed = parent !== undefined && !parent.includes('/') && parent !== '';
  if (!kind.parent || isNamed) return kind.parent ? parent : undefined;
  throw new Refusal('INVALID', `A ${kind.label} lives in a ${kind.parent.kind}, which the parameter parent must name.`);
}

import { identityOf, type JsonObject, type KindName, kinds, type ResourceKind } from '@sluice/schema';
import type { DocumentResource } from '@sluice/transfer';
import type { RefusalIssue } from '../http/refusal.ts';

/** A resource as it shall be. */
export interface DesiredResource {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly value: JsonObject;
  /** Where it stands in what was sent. */
  readonly path: string;
  /** Holds the secrets for which the value has redactions. */
  readonly sealed?: Buffer;
  readonly expiresAt?: Date;
}

/** What a group shall be like, and what becomes of all else in it. */
export interface DesiredState {
  readonly resources: readonly DesiredResource[];
  /** Null: what is not named stays. Otherwise it is deleted where it has all these labels, and is of one of these kinds. */
  readonly prune: PruneScope | null;
}

/** What may be deleted because nobody names it. */
export interface PruneScope {
  readonly labels: Readonly<Record<string, string>>;
  /** Null: of every kind. */
  readonly kinds: ReadonlySet<string> | null;
}

/** The resources of a document, under their full identity; what cannot be is told as an issue. */
export function desiredResources(resources: readonly DocumentResource[], issues: RefusalIssue[]): DesiredResource[] {
  return resources.flatMap((resource) => {
    const kind = kinds.get(resource.kind);
    const expiresAt = resource.expires === undefined ? undefined : new Date(resource.expires);
    const problem = kind ? problemOf(kind, resource.id, expiresAt) : `"${resource.kind}" is no kind of this version`;
    if (!kind || problem !== undefined) {
      issues.push({ path: resource.path, message: problem ?? '' });
      return [];
    }
    const { id, path, sealed } = resource;
    const envelope = sealed === undefined ? {} : { sealed: Buffer.from(sealed, 'base64') };
    return [
      { kind, id, path, value: storedValue(kind, id, resource.value), ...envelope, ...(expiresAt && { expiresAt }) },
    ];
  });
}

/** The value as it is stored under an id, whatever the value itself says about it. */
export function storedValue(kind: ResourceKind, id: string, value: JsonObject): JsonObject {
  const { id: _id, ...rest } = value;
  return { ...rest, ...identityOf(kind, id) } as JsonObject;
}

/** A name for a resource in messages. */
export function nameOf({ kind, id }: { readonly kind: Pick<ResourceKind, 'label'>; readonly id: string }): string {
  return `${kind.label} "${id}"`;
}

/** As `nameOf`, for a kind that is known by its name only. */
export function nameOfKey(kind: string, id: string): string {
  return nameOf({ kind: { label: kinds.get(kind as KindName)?.label ?? kind }, id });
}

function problemOf(kind: ResourceKind, id: string, expiresAt: Date | undefined): string | undefined {
  const segments = id.split('/');
  if (segments.length !== kind.idSegments || segments.includes(''))
    return `the id of a ${kind.label} is not of this form`;
  if (expiresAt && Number.isNaN(expiresAt.getTime())) return `${nameOf({ kind, id })} expires at no time that is known`;
  return undefined;
}

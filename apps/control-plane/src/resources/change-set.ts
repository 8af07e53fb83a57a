import type { JsonObject, KindName, ResourceKind } from '@sluice/schema';
import type { SealedBody } from '../sealing/sealing.ts';

/** What a write expects to find: the resource at exactly this revision, or no resource. */
export type Expectation = { readonly revision: number } | { readonly absent: true };

/** Replaces or creates one resource. */
export interface PutChange {
  readonly op: 'put';
  readonly kind: ResourceKind;
  /** Null asks for a generated id. */
  readonly id: string | null;
  /** Where a generated id is asked for: the id of the resource that the new one is to live in, if its kind does. */
  readonly parent?: string | undefined;
  readonly value: JsonObject;
  readonly expects?: Expectation | undefined;
  /** The revision of the resource from which the value was made: another one in the meantime, and the write fails. */
  readonly basedOn?: number | undefined;
  /** Null or absent: the resource stays until it is deleted. */
  readonly expiresAt?: Date | null | undefined;
}

/** Deletes one resource, which must exist unless it is said that it need not. */
export interface DeleteChange {
  readonly op: 'delete';
  readonly kind: ResourceKind;
  readonly id: string;
  readonly expects?: Expectation | undefined;
  /** Is content where the resource is gone already. */
  readonly isGoneFine?: boolean | undefined;
}

/** One change of a change set. */
export type Change = PutChange | DeleteChange;

/** A resource as it is stored now. */
export interface StoredResource extends SealedBody {
  readonly hash: Buffer;
  readonly refs: readonly string[];
  readonly claims: readonly string[];
  readonly createdRevision: number;
  readonly modifiedRevision: number;
  readonly expiresAt: Date | null;
}

/** What is to be stored: everything that the revision itself does not decide. */
export type NextResource = Omit<StoredResource, 'createdRevision' | 'modifiedRevision'>;

/** What a revision does to one resource. Null: it is not there before, or not there after. */
export interface Effect {
  readonly kind: string;
  readonly id: string;
  readonly before: StoredResource | null;
  readonly after: NextResource | null;
}

/** Who writes, as far as history and audit trail keep it. */
export interface RevisionAuthor {
  readonly name: string;
  readonly type: 'user' | 'admin_key' | 'system';
  readonly sourceIp: string | null;
}

/** Where a revision came from. */
export type RevisionSource =
  'dashboard' | 'api' | 'apply' | 'import' | 'promotion' | 'rollback' | 'revert' | 'restore' | 'draft' | 'ttl';

/** What became of one change. */
export interface Outcome {
  readonly action: 'create' | 'update' | 'delete' | 'none';
  readonly id: string;
  /** The resource as stored after the write; null after a deletion. */
  readonly resource: StoredResource | null;
}

/** How a resource is found among others. */
export interface ResourceKey {
  readonly kind: KindName | string;
  readonly id: string;
}

/** A resource's key as one string, as in `refs`. */
export function keyOf({ kind, id }: ResourceKey): string {
  return `${kind}/${id}`;
}

/** What happened to a resource between two states of it. */
export function actionOf(before: object | null, after: object | null): 'create' | 'update' | 'delete' {
  if (!before) return 'create';
  return after ? 'update' : 'delete';
}

import { createHash } from 'node:crypto';
import { canonicalJson } from '@sluice/schema';

/** One change inside a revision, by the hashes of the resource before and after it (null: absent). */
export interface RevisionChange {
  readonly kind: string;
  readonly id: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** What the chain hash of a revision covers: everything that may never be rewritten. */
export interface RevisionHeader {
  readonly group: string;
  readonly number: number;
  readonly author: string;
  readonly author_type: string;
  readonly source: string;
  readonly message: string;
  /** RFC 3339 with milliseconds, UTC. */
  readonly created_at: string;
  readonly digest: Uint8Array;
  readonly restores: number | null;
  /** Sorted by kind, then id, by code unit. */
  readonly changes: readonly RevisionChange[];
}

/** The chain hash before the first revision of a group. */
export const chainStart: Uint8Array = new Uint8Array(32);

/**
 * Links a revision to its predecessor: SHA-256(predecessor's chain hash, canonical JSON of the header). Changing, dropping
 * or reordering any past revision changes every chain hash after it.
 */
export function chainHash(previous: Uint8Array, header: RevisionHeader): Uint8Array {
  const changes = [...header.changes].sort(byKindThenId).map((change) => ({
    kind: change.kind,
    id: change.id,
    before: hex(change.before),
    after: hex(change.after),
  }));
  const covered = canonicalJson({ ...header, digest: hex(header.digest), changes });
  return createHash('sha256').update(previous).update(covered).digest();
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('hex');
}

function byKindThenId(a: RevisionChange, b: RevisionChange): number {
  return compare(a.kind, b.kind) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

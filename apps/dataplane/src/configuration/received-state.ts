import type { ConfigStore } from '@sluice/engine';
import { type Batch, elementHash, type ResourceChange, sameBytes, StateDigest } from '@sluice/sync';

/** Why a batch does not continue the state; the answer to both is a resync. */
export type Refusal = 'gap' | 'digest-mismatch';

/** A change with the hash of the resource after it; null for one that is gone. */
interface HashedChange {
  readonly change: ResourceChange;
  readonly hash: Uint8Array | null;
}

/**
 * What was received: what the store serves, and over it every change that is not in service (yet, or because it was
 * refused). It moves by whole batches or not at all, and only when hashes sum to the digest that the batch promises.
 */
export class ReceivedState {
  readonly #store: ConfigStore;
  /** Changes beyond what is stored, by resource. */
  #pending = new Map<string, HashedChange>();
  #digest = StateDigest.empty();
  #revision = 0;

  constructor(store: ConfigStore) {
    this.#store = store;
  }

  get revision(): number {
    return this.#revision;
  }

  get digest(): Uint8Array {
    return this.#digest.toBytes();
  }

  /** What is to be served so that all that was received is in service. */
  get pending(): readonly ResourceChange[] {
    return Array.from(this.#pending.values(), ({ change, hash }) => (hash ? { ...change, hash } : change));
  }

  /** Takes a batch in where it continues this state; else changes nothing. */
  receive(batch: Batch): Refusal | undefined {
    const isSnapshot = batch.type === 'snapshot';
    if (!isSnapshot && batch.baseRevision !== this.#revision) return 'gap';
    const changes = hashed(batch.changes);
    const digest = isSnapshot ? StateDigest.empty() : StateDigest.from(this.digest);
    for (const [key, { change, hash }] of changes) {
      const before = isSnapshot ? null : this.#hashOf(key, change);
      if (before) digest.remove(before);
      if (hash) digest.add(hash);
    }
    if (!sameBytes(digest.toBytes(), batch.digest)) return 'digest-mismatch';
    if (isSnapshot) this.#pending = this.#beyondStore(changes);
    else for (const [key, change] of changes) this.#pending.set(key, change);
    this.#digest = digest;
    this.#revision = batch.revision;
    return undefined;
  }

  /** Everything is in service but these, by key. */
  settle(unserved: ReadonlySet<string>): void {
    for (const key of this.#pending.keys()) if (!unserved.has(key)) this.#pending.delete(key);
  }

  #hashOf(key: string, { kind, id }: ResourceChange): Uint8Array | null {
    const pending = this.#pending.get(key);
    return pending ? pending.hash : (this.#store.get(kind, id)?.hash ?? null);
  }

  /** What a snapshot says that the store does not, the end of what it does not name included. */
  #beyondStore(snapshot: ReadonlyMap<string, HashedChange>): Map<string, HashedChange> {
    const beyond = new Map(snapshot);
    for (const { kind, id, hash, modifiedRevision, isBroken } of this.#store.values()) {
      const key = `${kind}/${id}`;
      const next = snapshot.get(key);
      if (!next)
        beyond.set(key, { change: { kind, id, body: null, createdRevision: 0, modifiedRevision: 0 }, hash: null });
      else if (
        next.hash &&
        !isBroken &&
        next.change.modifiedRevision === modifiedRevision &&
        sameBytes(next.hash, hash)
      )
        beyond.delete(key);
    }
    return beyond;
  }
}

/** The last change per resource wins, as in the revisions that a compacted delta stands for. */
function hashed(changes: readonly ResourceChange[]): Map<string, HashedChange> {
  const byKey = new Map<string, HashedChange>();
  for (const change of changes) {
    const { kind, id, body } = change;
    byKey.set(`${kind}/${id}`, { change, hash: body && (change.hash ?? elementHash(kind, id, body)) });
  }
  return byKey;
}

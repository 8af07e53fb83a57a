import { elementHash, sameBytes, StateDigest } from './digest.ts';
import type { Batch, ResourceChange } from './source.ts';

/** One resource as it is held: bytes as received, never re-serialised. */
export interface HeldResource {
  readonly kind: string;
  readonly id: string;
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
}

/** Why a batch does not continue the state; the answer to both is a resync. */
export type Refusal = 'gap' | 'digest-mismatch';

/**
 * The state that a data plane has received: all resources of one revision, provably (their hashes sum to the digest).
 * It moves by whole batches or not at all.
 */
export class ConfigState {
  #resources = new Map<string, HeldResource>();
  #digest = StateDigest.empty();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  get digest(): Uint8Array {
    return this.#digest.toBytes();
  }

  get size(): number {
    return this.#resources.size;
  }

  get(kind: string, id: string): HeldResource | undefined {
    return this.#resources.get(`${kind}/${id}`);
  }

  values(): IterableIterator<HeldResource> {
    return this.#resources.values();
  }

  /** Applies a batch when it continues this state and ends in the digest that it promises; else changes nothing. */
  apply(batch: Batch): Refusal | undefined {
    const isSnapshot = batch.type === 'snapshot';
    if (!isSnapshot && batch.baseRevision !== this.#revision) return 'gap';
    const digest = isSnapshot ? StateDigest.empty() : StateDigest.from(this.digest);
    const before = isSnapshot ? new Map<string, HeldResource>() : this.#resources;
    const held = heldChanges(batch.changes);
    for (const [key, resource] of held) {
      const old = before.get(key);
      if (old) digest.remove(old.hash);
      if (resource) digest.add(resource.hash);
    }
    if (!sameBytes(digest.toBytes(), batch.digest)) return 'digest-mismatch';
    this.#resources = before;
    for (const [key, resource] of held) {
      if (resource) before.set(key, resource);
      else before.delete(key);
    }
    this.#digest = digest;
    this.#revision = batch.revision;
    return undefined;
  }
}

/** The last change per resource wins, as in the revisions that a compacted delta stands for. */
function heldChanges(changes: readonly ResourceChange[]): Map<string, HeldResource | null> {
  const held = new Map<string, HeldResource | null>();
  for (const change of changes) {
    const { kind, id, body, createdRevision, modifiedRevision } = change;
    held.set(
      `${kind}/${id}`,
      body && { kind, id, body, hash: elementHash(kind, id, body), createdRevision, modifiedRevision },
    );
  }
  return held;
}

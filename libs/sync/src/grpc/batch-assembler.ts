import type { Batch, ResourceChange } from '../source.ts';
import type { ChangeMessage, ToDataPlane } from './messages.ts';

/** Puts begin, changes and commit together again; a batch leaves only when it is complete. */
export class BatchAssembler {
  #open: { type: Batch['type']; baseRevision: number; revision: number; changes: ResourceChange[] } | undefined;
  #wantsSnapshot = false;

  /** After a resync request everything is dropped until a snapshot begins: deltas on their way no longer fit. */
  expectSnapshot(): void {
    this.#open = undefined;
    this.#wantsSnapshot = true;
  }

  add(message: ToDataPlane): Batch | 'incomplete' | 'out-of-order' {
    if (message.delta) return this.#whole(message.delta);
    if (message.begin) return this.#begin(message.begin);
    if (this.#wantsSnapshot) return 'incomplete';
    if (!this.#open) return 'out-of-order';
    if (message.changes) this.#open.changes.push(...message.changes.changes.map(toChange));
    return message.commit ? this.#commit(this.#open, message.commit) : 'incomplete';
  }

  #begin(begin: NonNullable<ToDataPlane['begin']>): 'incomplete' {
    if (this.#wantsSnapshot && !begin.snapshot) return 'incomplete';
    this.#wantsSnapshot = false;
    this.#open = {
      type: begin.snapshot ? 'snapshot' : 'delta',
      baseRevision: begin.base_revision,
      revision: begin.revision,
      changes: [],
    };
    return 'incomplete';
  }

  #commit(
    open: { type: Batch['type']; baseRevision: number; revision: number; changes: ResourceChange[] },
    commit: NonNullable<ToDataPlane['commit']>,
  ): Batch | 'out-of-order' {
    this.#open = undefined;
    return commit.revision === open.revision ? { ...open, digest: commit.digest } : 'out-of-order';
  }

  #whole(delta: NonNullable<ToDataPlane['delta']>): Batch | 'incomplete' | 'out-of-order' {
    if (this.#wantsSnapshot) return 'incomplete';
    if (this.#open) return 'out-of-order';
    const { revision, digest } = delta.commit;
    return { type: 'delta', baseRevision: delta.base_revision, revision, digest, changes: delta.changes.map(toChange) };
  }
}

function toChange(message: ChangeMessage): ResourceChange {
  return {
    kind: message.kind,
    id: message.id,
    body: message.deleted ? null : message.body,
    createdRevision: message.created_revision,
    modifiedRevision: message.modified_revision,
  };
}

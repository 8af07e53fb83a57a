import type { StoredResource } from '@sluice/engine';
import type { Batch, ConfigSink, LinkState, ResourceError, Verdict } from '@sluice/sync';
import { thisBuild } from '../catalogue-hashes.ts';
import { ReceivedState } from '../configuration/received-state.ts';
import type { ServedConfiguration } from '../configuration/served-configuration.ts';

/** What the keeper tells the rest of the process. */
export interface KeeperEvents {
  /** A revision is in service, completely. */
  applied(step: Batch): void;
  /** A revision was refused; what was served before stays, or, at the very beginning, what compiles is served. */
  refused(revision: number, errors: readonly ResourceError[]): void;
  linkChanged(state: LinkState): void;
}

/**
 * Keeps what was received and what is served. Both are the same while all is well; after a refusal the received state
 * runs ahead, and the next batch is tried together with everything that was held back.
 */
export class ConfigKeeper implements ConfigSink {
  readonly received: ReceivedState;
  readonly served: ServedConfiguration;
  readonly #events: KeeperEvents;
  readonly #checkedBy: string;
  #hasReceived = false;
  #isServing = false;
  #appliedRevision = 0;
  #errors: readonly ResourceError[] = [];

  /** `checkedBy` is the name of this build on what it has found valid. */
  constructor(served: ServedConfiguration, events: KeeperEvents, checkedBy = thisBuild) {
    this.#checkedBy = checkedBy;
    this.served = served;
    this.received = new ReceivedState(served.store);
    this.#events = events;
  }

  get appliedRevision(): number {
    return this.#appliedRevision;
  }

  /** True from the first configuration on, complete or partial. */
  get isServing(): boolean {
    return this.#isServing;
  }

  /** Why the newest revision is not in service; empty while it is. */
  get errors(): readonly ResourceError[] {
    return this.#errors;
  }

  /**
   * What is received and in service, for the copy on disk; undefined while they differ: under the revision that was
   * received, the copy would hold what another one serves.
   */
  copy(): { readonly revision: number; readonly digest: Uint8Array; values(): Iterable<StoredResource> } | undefined {
    const { revision, digest } = this.received;
    if (this.#errors.length > 0 || revision !== this.#appliedRevision) return undefined;
    return { revision, digest, values: () => this.served.values() };
  }

  position(): { revision: number; digest: Uint8Array } | null {
    return this.#hasReceived ? { revision: this.received.revision, digest: this.received.digest } : null;
  }

  linkChanged(state: LinkState): void {
    this.#events.linkChanged(state);
  }

  async receive(batch: Batch): Promise<Verdict> {
    const refusal = this.received.receive(batch);
    // A snapshot that does not sum to its digest would not get better by asking again: that would be a loop.
    if (refusal && batch.type === 'snapshot') return this.#drift(batch);
    if (refusal) return { type: 'resync', reason: `${refusal} at revision ${batch.revision}` };
    this.#hasReceived = true;
    const isChecked = batch.checkedBy === this.#checkedBy;
    const { isInService, errors } = await this.served.serve(this.received.pending, { partial: false, isChecked });
    return isInService ? this.#applied(batch) : await this.#refused(errors);
  }

  #applied(step: Batch): Verdict {
    const { revision, digest } = this.received;
    this.received.settle(new Set());
    this.#appliedRevision = revision;
    this.#isServing = true;
    this.#errors = [];
    this.#events.applied(step);
    return { type: 'ack', revision, digest };
  }

  async #refused(errors: readonly ResourceError[]): Promise<Verdict> {
    // Better a part than nothing, but only where nothing better is in service.
    if (!this.#isServing || this.#appliedRevision === 0) {
      const part = await this.served.serve(this.received.pending, { partial: true });
      // What is broken is tried again with every batch to come.
      if (part.isInService) this.received.settle(new Set(part.errors.map(({ kind, id }) => `${kind}/${id}`)));
      this.#isServing ||= part.isInService;
    }
    this.#errors = errors;
    this.#events.refused(this.received.revision, errors);
    return { type: 'nack', revision: this.received.revision, errors };
  }

  #drift(batch: Batch): Verdict {
    const errors = [{ kind: '', id: '', message: 'The snapshot does not sum to its digest.' }];
    this.#errors = errors;
    this.#events.refused(batch.revision, errors);
    return { type: 'nack', revision: batch.revision, errors };
  }
}

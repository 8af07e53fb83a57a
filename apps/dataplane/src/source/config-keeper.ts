import {
  type Batch,
  type ConfigSink,
  ConfigState,
  type LinkState,
  type ResourceChange,
  type ResourceError,
  type Verdict,
} from '@sluice/sync';

/** Whatever compiles and serves a configuration: the engine. */
export interface Server {
  /** All or nothing, unless `partial`: then what compiles is served, and what does not is reported. */
  apply(step: ServerStep, options?: { readonly partial: boolean }): readonly ResourceError[];
}

/** What changed since the server's generation; for a snapshot, everything there is. */
export interface ServerStep {
  readonly type: 'snapshot' | 'delta';
  readonly changes: readonly ResourceChange[];
}

/** What the keeper tells the rest of the process. */
export interface KeeperEvents {
  /** A revision is in service, completely. */
  applied(): void;
  /** A revision was refused; what was served before stays, or, at the very beginning, what compiles is served. */
  refused(revision: number, errors: readonly ResourceError[]): void;
  linkChanged(state: LinkState): void;
}

/**
 * Keeps what was received and what is served. Both are the same while all is well; after a refusal the received state
 * runs ahead, and the next batch is tried together with everything that was held back.
 */
export class ConfigKeeper implements ConfigSink {
  readonly state = new ConfigState();
  readonly #server: Server;
  readonly #events: KeeperEvents;
  #hasReceived = false;
  #isServing = false;
  /** Changes received and not yet served, by resource; null: the server has to be given everything. */
  #heldBack: Map<string, ResourceChange> | null = null;
  #appliedRevision = 0;
  #errors: readonly ResourceError[] = [];

  constructor(server: Server, events: KeeperEvents) {
    this.#server = server;
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

  position(): { revision: number; digest: Uint8Array } | null {
    return this.#hasReceived ? { revision: this.state.revision, digest: this.state.digest } : null;
  }

  linkChanged(state: LinkState): void {
    this.#events.linkChanged(state);
  }

  async receive(batch: Batch): Promise<Verdict> {
    const refusal = this.state.apply(batch);
    // A snapshot that does not sum to its digest would not get better by asking again: that would be a loop.
    if (refusal && batch.type === 'snapshot') return this.#drift(batch);
    if (refusal) return { type: 'resync', reason: `${refusal} at revision ${batch.revision}` };
    this.#hasReceived = true;
    this.#holdBack(batch);
    const errors = this.#server.apply(this.#step());
    return errors.length === 0 ? this.#applied() : this.#refused(errors);
  }

  #holdBack(batch: Batch): void {
    if (batch.type === 'snapshot') this.#heldBack = null;
    else for (const change of batch.changes) this.#heldBack?.set(`${change.kind}/${change.id}`, change);
  }

  #step(): ServerStep {
    return this.#heldBack
      ? { type: 'delta', changes: [...this.#heldBack.values()] }
      : { type: 'snapshot', changes: [...this.state.values()] };
  }

  #applied(): Verdict {
    const { revision, digest } = this.state;
    this.#heldBack = new Map();
    this.#appliedRevision = revision;
    this.#isServing = true;
    this.#errors = [];
    this.#events.applied();
    return { type: 'ack', revision, digest };
  }

  #refused(errors: readonly ResourceError[]): Verdict {
    // Better a part than nothing, but only where nothing better is in service.
    if (!this.#isServing || this.#appliedRevision === 0) {
      this.#server.apply(this.#step(), { partial: true });
      this.#heldBack = null;
      this.#isServing = true;
    }
    this.#errors = errors;
    this.#events.refused(this.state.revision, errors);
    return { type: 'nack', revision: this.state.revision, errors };
  }

  #drift(batch: Batch): Verdict {
    const errors = [{ kind: '', id: '', message: 'The snapshot does not sum to its digest.' }];
    this.#errors = errors;
    this.#events.refused(batch.revision, errors);
    return { type: 'nack', revision: batch.revision, errors };
  }
}

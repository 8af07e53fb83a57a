import { type ConfigStep, ConfigStore, type SchemaOf, type StoredResource, validateChanges } from '@sluice/engine';
import type { ResourceChange, ResourceError } from '@sluice/sync';
import { DiscoveryResolution } from './discovery-resolution.ts';
import { SecretResolution } from './secret-resolution.ts';

/** From so many changes on, the readers prepare them while they are being checked. */
const manyChanges = 1000;

/** Whoever serves the store's configuration: all workers, together. */
export interface Readers {
  /** Everybody builds the next generation. Resolves to why that is not possible, or to null. */
  prepare(step: ConfigStep): Promise<string | null>;
  /** Everybody serves it. Resolves when they all do; who cannot is replaced by one that does. */
  commit(step: ConfigStep): Promise<void>;
  abort(): void;
}

/** Whoever else goes by the configuration in service, such as health checks. */
export interface Follower {
  follow(changes: readonly ResourceChange[]): void;
  /** Nothing follows any more. */
  close(): void;
}

/** How changes are served. */
export interface ServeOptions {
  /** Serve what is valid although something is not; what is not answers 503. */
  readonly partial: boolean;
  /** This very build has found the changes valid before. */
  readonly isChecked?: boolean;
}

/** What became of changes. */
export interface Served {
  readonly isInService: boolean;
  /** What is wrong with them, one per resource; or that the workers could not load them. */
  readonly errors: readonly ResourceError[];
}

/** A step that the readers are preparing; resolves to why they cannot, or to null. */
interface Staged {
  readonly step: ConfigStep;
  readonly prepared: Promise<string | null>;
}

/** The configuration in service, in memory that all workers share: moves by whole change sets, everywhere or nowhere. */
export class ServedConfiguration {
  readonly store: ConfigStore;
  readonly #readers: Readers;
  readonly #schemaOf: SchemaOf;
  readonly #followers: readonly Follower[];
  readonly #secrets: SecretResolution;
  readonly #discovery: DiscoveryResolution;
  /** What is being served just now; whoever comes meanwhile waits. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readers: Readers,
    schemaOf: SchemaOf,
    followers: readonly Follower[] = [],
    secrets = new SecretResolution({}),
    discovery = new DiscoveryResolution(),
  ) {
    this.#followers = followers;
    this.#secrets = secrets;
    this.#discovery = discovery;
    discovery.onChange = (service) => void this.#rediscovered(service);
    secrets.onChange = (references) => void this.#renew(references);
    this.store = new ConfigStore(schemaOf);
    this.#readers = readers;
    this.#schemaOf = schemaOf;
  }

  /** Serves changes, one per resource: all of them or, unless `partial`, none. */
  serve(changes: readonly ResourceChange[], options: ServeOptions): Promise<Served> {
    return this.#inTurn(() => this.#serve(changes, options));
  }

  /** Follows secrets and services no longer, and is followed no longer. */
  close(): void {
    this.#secrets.close();
    this.#discovery.close();
    for (const follower of this.#followers) follower.close();
  }

  /** What is in service although a secret of it is missing. */
  get missing(): readonly ResourceError[] {
    return this.#secrets.missing;
  }

  /** What is in service, as it was received: with references where secrets are served. */
  *values(): IterableIterator<StoredResource> {
    for (const stored of this.store.values()) yield this.#received(stored);
  }

  /** One resource in service, as it was received. */
  get(kind: string, id: string): StoredResource | undefined {
    const stored = this.store.get(kind, id);
    return stored && this.#received(stored);
  }

  async #serve(received: readonly ResourceChange[], { partial, isChecked = false }: ServeOptions): Promise<Served> {
    const changes = await this.#discovery.stage(await this.#secrets.stage(received));
    const early = changes.length >= manyChanges && !partial ? this.#prepare(changes, this.#missing) : undefined;
    // What has just got its secrets or servers is another value than the one that was checked.
    const unchecked = isChecked ? changes.filter((change, i) => change !== received[i]) : changes;
    const invalid = validateChanges(unchecked, this.#schemaOf);
    const errors = this.#secrets.blame(invalid);
    // Whatever the readers make of what is refused is forgotten.
    if (early && invalid.length > 0) await this.#forget(early);
    if (errors.length > 0 && !partial) return { isInService: false, errors };
    const broken = [...this.#missing, ...errors];
    const staged = early && invalid.length === 0 ? early : this.#prepare(changes, broken);
    const failure = await this.#putInService(changes, broken, staged);
    if (failure === null) return { isInService: true, errors };
    return { isInService: false, errors: [...errors, { kind: '', id: '', message: failure }] };
  }

  async #putInService(
    changes: readonly ResourceChange[],
    broken: readonly ResourceError[],
    { step, prepared }: Staged,
  ): Promise<string | null> {
    const failure = await prepared;
    if (failure !== null) {
      this.#abort();
      return failure;
    }
    const brokenKeys = new Set(broken.map(({ kind, id }) => `${kind}/${id}`));
    // Before anybody serves it: what is known of targets that stay must be there with the first request.
    const sound = changes.filter(({ kind, id }) => !brokenKeys.has(`${kind}/${id}`));
    for (const follower of this.#followers) follower.follow(sound);
    await this.#readers.commit(step);
    this.store.commit();
    this.#secrets.commit();
    this.#discovery.commit();
    return null;
  }

  /** Staged resources that cannot be served because a secret is missing: they alone fail, not the revision. */
  get #missing(): readonly ResourceError[] {
    return this.#secrets.stagedMissing;
  }

  async #forget({ prepared }: Staged): Promise<void> {
    await prepared;
    this.#abort();
  }

  /** Serves again what refers to secrets that are others now. */
  #renew(references: readonly string[]): Promise<unknown> {
    return this.#inTurn(async () => {
      const affected = this.#secrets.referringTo(references);
      if (affected.length > 0) await this.#serve(affected, { partial: true });
    });
  }

  /** Serves again what names a service whose servers are others now. */
  #rediscovered(service: string): Promise<unknown> {
    return this.#inTurn(async () => {
      const affected = this.#discovery.referringTo(service).map((change) => {
        const received = this.#secrets.bodyOf(change.kind, change.id);
        return received ? { ...change, body: received } : change;
      });
      if (affected.length > 0) await this.#serve(affected, { partial: true });
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #received(stored: StoredResource): StoredResource {
    const { kind, id } = stored;
    const body = this.#secrets.bodyOf(kind, id) ?? this.#discovery.bodyOf(kind, id);
    return body ? { ...stored, body } : stored;
  }

  #prepare(changes: readonly ResourceChange[], errors: readonly ResourceError[]): Staged {
    const step = this.store.stage(changes, new Set(errors.map(({ kind, id }) => `${kind}/${id}`)));
    return { step, prepared: this.#readers.prepare(step) };
  }

  #abort(): void {
    this.#readers.abort();
    this.store.abort();
  }
}

import {
  type ChangeBatch,
  type DumpedResource,
  dumpedResource,
  effectiveChanges,
  validateChanges,
} from './config-admission.ts';
import { ConfigStore } from './config-store.ts';
import type { Configuration } from './configuration.ts';
import type { SchemaOf } from './lookup-keys.ts';
import type { ResourceError } from './validate.ts';

/** How a batch is applied. */
export interface ApplyOptions {
  /** Serve what is valid although something is not; what is not answers 503. For a start without a last good copy. */
  readonly partial?: boolean;
}

/** Gives an engine that is alone its configuration: store and reader in one thread. */
export class LocalConfiguration {
  readonly #store: ConfigStore;
  readonly #configuration: Configuration;
  readonly #schemaOf: SchemaOf;

  constructor(configuration: Configuration, schemaOf: SchemaOf) {
    this.#store = new ConfigStore(schemaOf);
    this.#configuration = configuration;
    this.#schemaOf = schemaOf;
  }

  /** Serves a batch, or answers what keeps it from being served and changes nothing. */
  apply(batch: ChangeBatch, { partial = false }: ApplyOptions = {}): ResourceError[] {
    const changes = effectiveChanges(this.#store, batch);
    const errors = validateChanges(changes, this.#schemaOf);
    if (errors.length > 0 && !partial) return errors;
    const step = this.#store.stage(changes, new Set(errors.map(({ kind, id }) => `${kind}/${id}`)));
    this.#configuration.prepare(step);
    this.#configuration.commit();
    this.#store.commit();
    return errors;
  }

  *dump(): IterableIterator<DumpedResource> {
    for (const stored of this.#store.values()) yield dumpedResource(stored, this.#schemaOf);
  }
}

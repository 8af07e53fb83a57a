import type { Log } from '@sluice/plugin-kit';
import { isJsonObject, type KindName, kinds, redact, secretPointers } from '@sluice/schema';
import type { BinderTools } from '../pipeline/route-binder.ts';
import type { RouterMode } from '../router/path-pattern.ts';
import { emptyGeneration, GenerationBuilder } from './generation-builder.ts';
import type { Generation } from './generation.ts';
import { decodeBody, Resource, type ResourceInput } from './resource.ts';
import { type ResourceError, validate } from './validate.ts';

/** Changes that belong together: all of them are served, or none. */
export interface ChangeBatch {
  /** A snapshot replaces everything; a delta changes what it names. */
  readonly type: 'snapshot' | 'delta';
  readonly changes: readonly ResourceInput[];
}

/** How a batch is applied. */
export interface ApplyOptions {
  /** Serve what is valid although something is not; what is not answers 503. For a start without a last good copy. */
  readonly partial?: boolean;
}

/** A resource as it is served, secrets masked. */
export interface DumpedResource {
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
}

/** Kinds that are served although this build has no schema for them. */
const extraKinds: ReadonlySet<string> = new Set(['plugin_metadata', 'credential', 'consumer_group']);

/** The configuration in service: moves from one generation to the next, by whole batches. */
export class Configuration {
  readonly #tools: BinderTools;
  readonly #log: Log;
  #generation: Generation;

  constructor(tools: BinderTools, mode: RouterMode, log: Log) {
    this.#tools = tools;
    this.#log = log;
    this.#generation = emptyGeneration(mode, tools.registry);
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** Serves a batch, or answers what keeps it from being served and changes nothing. */
  apply(batch: ChangeBatch, { partial = false }: ApplyOptions = {}): ResourceError[] {
    const changes = this.#effective(batch);
    const errors: ResourceError[] = [];
    const made: Resource[] = [];
    const builder = new GenerationBuilder(this.#generation, this.#tools.registry);
    for (const change of changes.values()) {
      const next = change.body ? this.#decoded(change, change.body, errors) : undefined;
      if (next) made.push(next);
      if (errors.length === 0 || partial) builder.change(change.kind, change.id, next);
    }
    if (errors.length > 0 && !partial) return errors;
    this.#serve(builder.build(), changes.values());
    for (const resource of made) resource.settle();
    return errors;
  }

  *dump(): IterableIterator<DumpedResource> {
    for (const resource of this.#generation.all()) {
      const { kind, id, createdRevision, modifiedRevision } = resource;
      yield { kind, id, value: this.#masked(resource), createdRevision, modifiedRevision };
    }
  }

  #decoded(change: ResourceInput, body: Uint8Array, errors: ResourceError[]): Resource {
    const raw = decodeBody(body);
    const error = validate(change, raw, (name) => this.#tools.registry.schema(name));
    if (error) errors.push(error);
    return new Resource(change, body, isJsonObject(raw) ? raw : null, error !== undefined);
  }

  /** What really changes: the last word on each resource, and for a snapshot the end of what it does not name. */
  #effective({ type, changes }: ChangeBatch): Map<string, ResourceInput> {
    const effective = new Map<string, ResourceInput>();
    for (const change of changes) effective.set(`${change.kind}/${change.id}`, change);
    if (type === 'snapshot') {
      for (const { kind, id, createdRevision, modifiedRevision } of this.#generation.all()) {
        const key = `${kind}/${id}`;
        if (!effective.has(key)) effective.set(key, { kind, id, body: null, createdRevision, modifiedRevision });
      }
    }
    for (const [key, change] of effective) if (this.#isKnown(change)) effective.delete(key);
    return effective;
  }

  #isKnown({ kind, id, body, modifiedRevision }: ResourceInput): boolean {
    const held = this.#generation.get(kind, id);
    if (!held || !body) return held === undefined && body === null;
    return !held.isBroken && held.modifiedRevision === modifiedRevision && Buffer.compare(held.body, body) === 0;
  }

  #serve(next: Generation, changes: Iterable<ResourceInput>): void {
    const before = this.#generation;
    const { dependents, upstreams, metrics } = this.#tools;
    this.#generation = next;
    for (const { kind, id, body } of changes) {
      dependents.invalidate(kind, id);
      before.get(kind, id)?.retire();
      if (body === null) upstreams.forget(kind, id);
      if (body === null && kind === 'route') metrics.forget(id);
      if (!kinds.has(kind as KindName) && !extraKinds.has(kind)) this.#log.warn('a kind is not served', { kind, id });
    }
    if (before.globals !== next.globals) before.globals.retire();
  }

  #masked({ kind, value, plugins }: Resource): unknown {
    const known = kinds.get(kind as KindName);
    const patterns = [...(known?.secrets ?? [])];
    for (const name of Object.keys(plugins)) {
      const secrets = this.#tools.registry.schema(name)?.secrets;
      for (const pattern of secrets?.[known?.pluginDoor ?? 'config'] ?? []) patterns.push(`plugins.${name}.${pattern}`);
    }
    return redact(value, secretPointers(value, patterns));
  }
}

import type { ConfigStep } from './config-step.ts';
import { lookupEntry, lookupKey, type SchemaOf } from './lookup-keys.ts';
import type { Resource } from './resource.ts';
import type { SegmentReader } from './segment-reader.ts';
import { SharedIndex } from './shared-index.ts';

/** Consumers and credentials that stay decoded. Each further one makes the one that was decoded first give way. */
const decodedMax = 10_000;

/** Versions of consumers and credentials that somebody asked for, by where they are. */
export class DecodedConsumers {
  readonly #byLocation = new Map<number, Resource>();
  /** Where each stands that was decoded, in turns: to ask a map for its oldest takes the longer the more came and went. */
  readonly #turns: number[] = [];
  #turn = 0;

  at(location: number, segments: SegmentReader): Resource {
    const known = this.#byLocation.get(location);
    if (known) return known;
    const made = segments.resource(location);
    const oldest = this.#turns[this.#turn];
    if (oldest !== undefined) this.drop(oldest);
    this.#turns[this.#turn] = location;
    this.#turn = (this.#turn + 1) % decodedMax;
    this.#byLocation.set(location, made);
    return made;
  }

  /** The version is out of service. */
  drop(location: number): void {
    this.#byLocation.get(location)?.retire();
    this.#byLocation.delete(location);
  }
}

/** Consumers and credentials as one generation has them: by id, and by what they present. */
export class ConsumerIndex {
  readonly #decoded: DecodedConsumers;
  readonly #segments: SegmentReader;
  readonly #ids: SharedIndex;
  readonly #lookups: SharedIndex;
  /** How many consumers a plugin has. */
  readonly #counts: ReadonlyMap<string, number>;
  readonly #generation: number;
  readonly #schemaOf: SchemaOf;

  constructor(
    { generation, index }: ConfigStep,
    segments: SegmentReader,
    decoded: DecodedConsumers,
    schemaOf: SchemaOf,
  ) {
    this.#ids = new SharedIndex(index.ids);
    this.#lookups = new SharedIndex(index.lookups);
    this.#counts = index.consumerCounts;
    this.#generation = generation;
    this.#segments = segments;
    this.#decoded = decoded;
    this.#schemaOf = schemaOf;
  }

  /** The consumer or credential that presents `key` to a plugin. */
  find(plugin: string, key: string): Resource | undefined {
    const [index, generation] = [this.#lookups, this.#generation];
    for (let slot = index.first(lookupEntry(plugin, key), generation); slot >= 0; slot = index.next(slot, generation)) {
      const found = this.#decoded.at(index.location(slot), this.#segments);
      if (lookupKey(found.plugins[plugin], this.#schemaOf(plugin)) === key) return found;
    }
    return undefined;
  }

  get(kind: string, id: string): Resource | undefined {
    const [index, generation] = [this.#ids, this.#generation];
    for (let slot = index.first(`${kind}/${id}`, generation); slot >= 0; slot = index.next(slot, generation)) {
      const found = this.#decoded.at(index.location(slot), this.#segments);
      if (found.kind === kind && found.id === id) return found;
    }
    return undefined;
  }

  hasAny(plugin: string): boolean {
    return (this.#counts.get(plugin) ?? 0) > 0;
  }
}

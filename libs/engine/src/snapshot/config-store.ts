import { isJsonObject } from '@sluice/schema';
import { type ConfigStep, type IndexTables, isIndexed } from './config-step.ts';
import { lookupEntry, lookupKeys, type SchemaOf } from './lookup-keys.ts';
import { decodeText, type ResourceInput } from './resource.ts';
import { offsetOf, type Segment } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SharedIndexWriter } from './shared-index.ts';

/** Bytes that one step moves out of a sparse segment: no change waits long for what earlier ones left behind. */
const movedBytesMax = 256 * 1024;

/** A resource as the store holds it; its bytes lie in shared memory. */
export interface StoredResource {
  readonly kind: string;
  readonly id: string;
  readonly body: Uint8Array;
  /** As it was given; zeros where none was. */
  readonly hash: Uint8Array;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
  readonly isBroken: boolean;
}

/** What a step has done so far, to be made final or taken back. */
interface Staged {
  readonly generation: number;
  readonly begun: { readonly key: string; readonly location: number }[];
  readonly ended: { readonly key: string; readonly location: number }[];
  readonly counts: Map<string, number>;
}

/**
 * The configuration in shared memory, once for all workers: writes versions of resources, indexes them, and describes each
 * step to the readers. One step at a time is staged, then committed when every reader has it, or taken back.
 */
export class ConfigStore {
  readonly #schemaOf: SchemaOf;
  readonly #records = new SegmentWriter();
  readonly #ids = new SharedIndexWriter();
  readonly #lookups = new SharedIndexWriter();
  #counts: ReadonlyMap<string, number> = new Map();
  #generation = 0;
  #staged: Staged | null = null;
  /** Segments that the readers know of. */
  #announced = new Set<number>();

  constructor(schemaOf: SchemaOf) {
    this.#schemaOf = schemaOf;
  }

  /** The generation in service; 0 is the empty one. */
  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#ids.size;
  }

  get(kind: string, id: string): StoredResource | undefined {
    const location = this.#locate(`${kind}/${id}`);
    return location === undefined ? undefined : this.#stored(location);
  }

  *values(): IterableIterator<StoredResource> {
    for (const location of this.#ids.reader.locations(this.#generation)) yield this.#stored(location);
  }

  /** `kind/id` of everything in service. */
  *keys(): IterableIterator<string> {
    for (const location of this.#ids.reader.locations(this.#generation)) yield this.#key(location);
  }

  /** Writes changes, one per resource at most, for the next generation. `broken` are keys of what is served although invalid. */
  stage(changes: readonly ResourceInput[], broken: ReadonlySet<string> = new Set()): ConfigStep {
    if (this.#staged) throw new Error('A step is staged already.');
    const generation = this.#generation + 1;
    const staged: Staged = { generation, begun: [], ended: [], counts: new Map(this.#counts) };
    this.#staged = staged;
    this.#ids.reserve(changes.length, this.#generation);
    this.#lookups.reserve(changes.filter(({ kind }) => isIndexed(kind)).length, this.#generation);
    const lists: StepLists = { placed: [], moved: [], removed: [], changedConsumers: [], endedConsumers: [] };
    for (const change of changes) this.#change(change, broken, staged, lists);
    this.#moveSome(staged, lists);
    return this.#step(staged, lists);
  }

  /** Every reader has the staged step: it is in service, and what it replaced is let go. */
  commit(): void {
    const staged = this.#taken();
    this.#generation = staged.generation;
    this.#counts = staged.counts;
    this.#announced = new Set(this.#records.segments.keys());
    for (const { location } of staged.ended) this.#records.release(location);
  }

  /** Takes the staged step back. */
  abort(): void {
    const { generation, begun, ended } = this.#taken();
    for (const { key, location } of begun) {
      this.#ids.end(key, location, generation);
      for (const entry of this.#lookupKeys(key, location))
        this.#lookups.end(lookupEntry(...entry), location, generation);
    }
    for (const { key, location } of ended) {
      this.#ids.keep(key, location);
      for (const entry of this.#lookupKeys(key, location)) this.#lookups.keep(lookupEntry(...entry), location);
    }
    for (const { location } of begun) this.#records.release(location);
  }

  /** All that is in service, for a reader that has nothing. */
  attach(): ConfigStep {
    const placed: number[] = [];
    for (const location of this.#ids.reader.locations(this.#generation))
      if (!isIndexed(kindOf(this.#key(location)))) placed.push(location);
    return {
      ...this.#step({ generation: this.#generation, counts: this.#counts }, { ...noLists, placed }),
      isComplete: true,
      droppedSegments: [],
      segments: [...this.#records.segments.values()].map(({ number, shared }) => ({ number, shared })),
    };
  }

  #change(change: ResourceInput, broken: ReadonlySet<string>, staged: Staged, lists: StepLists): void {
    const { kind, id, body, hash, createdRevision, modifiedRevision } = change;
    const key = `${kind}/${id}`;
    const before = this.#locate(key);
    if (before !== undefined) this.#end(key, before, staged);
    if (isIndexed(kind)) lists.changedConsumers.push(key);
    if (isIndexed(kind) && before !== undefined) lists.endedConsumers.push(before);
    if (body) {
      const record = { key, body, hash, createdRevision, modifiedRevision, isBroken: broken.has(key) };
      const location = this.#begin(key, this.#records.append(record), staged);
      if (!isIndexed(kind)) lists.placed.push(location);
    } else if (!isIndexed(kind)) lists.removed.push(key);
  }

  #begin(key: string, location: number, { begun, counts, generation }: Staged): number {
    begun.push({ key, location });
    this.#ids.add(key, location, generation);
    for (const [plugin, lookup] of this.#lookupKeys(key, location)) {
      this.#lookups.add(lookupEntry(plugin, lookup), location, generation);
      counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
    }
    return location;
  }

  #end(key: string, location: number, { ended, counts, generation }: Staged): void {
    ended.push({ key, location });
    this.#ids.end(key, location, generation);
    for (const [plugin, lookup] of this.#lookupKeys(key, location)) {
      this.#lookups.end(lookupEntry(plugin, lookup), location, generation);
      counts.set(plugin, (counts.get(plugin) ?? 0) - 1);
    }
  }

  #lookupKeys(key: string, location: number): Iterable<readonly [string, string]> {
    if (!isIndexed(kindOf(key))) return [];
    const value = decodeText(this.#segment(location).text(offsetOf(location)));
    const plugins = isJsonObject(value) ? value['plugins'] : undefined;
    return isJsonObject(plugins) ? lookupKeys(plugins, this.#schemaOf) : [];
  }

  /** Moves what is left in a segment that is mostly out of service, so that the segment can go. */
  #moveSome(staged: Staged, lists: StepLists): void {
    let bytes = 0;
    for (const location of this.#records.sparse()) {
      const key = this.#key(location);
      // Out of service already, or from this step on.
      if (this.#locate(key, staged.generation) !== location) continue;
      bytes += this.#segment(location).recordBytes(offsetOf(location));
      if (bytes > movedBytesMax) return;
      this.#end(key, location, staged);
      const moved = this.#begin(key, this.#records.appendCopy(location), staged);
      if (isIndexed(kindOf(key))) lists.endedConsumers.push(location);
      else lists.moved.push(moved);
    }
  }

  #step(
    { generation, counts }: { readonly generation: number; readonly counts: ReadonlyMap<string, number> },
    lists: StepLists,
  ): ConfigStep {
    const { segments } = this.#records;
    return {
      generation,
      isComplete: false,
      droppedSegments: [...this.#announced].filter((number) => !segments.has(number)),
      segments: [...segments.values()]
        .filter(({ number }) => !this.#announced.has(number))
        .map(({ number, shared }) => ({ number, shared })),
      index: this.#tables(counts),
      placed: Uint32Array.from(lists.placed),
      moved: Uint32Array.from(lists.moved),
      removed: lists.removed,
      changedConsumers: lists.changedConsumers,
      endedConsumers: lists.endedConsumers,
    };
  }

  #tables(consumerCounts: ReadonlyMap<string, number>): IndexTables {
    return { ids: this.#ids.reader.shared, lookups: this.#lookups.reader.shared, consumerCounts };
  }

  #locate(key: string, generation = this.#generation): number | undefined {
    const { reader } = this.#ids;
    for (let slot = reader.first(key, generation); slot >= 0; slot = reader.next(slot, generation)) {
      const location = reader.location(slot);
      if (this.#key(location) === key) return location;
    }
    return undefined;
  }

  #taken(): Staged {
    const staged = this.#staged;
    if (!staged) throw new Error('No step is staged.');
    this.#staged = null;
    return staged;
  }

  #key(location: number): string {
    return this.#segment(location).key(offsetOf(location));
  }

  #segment(location: number): Segment {
    return this.#records.segment(location);
  }

  #stored(location: number): StoredResource {
    return storedResource(this.#segment(location), offsetOf(location));
  }
}

interface StepLists {
  readonly placed: number[];
  readonly moved: number[];
  readonly removed: string[];
  readonly changedConsumers: string[];
  readonly endedConsumers: number[];
}

const noLists: StepLists = { placed: [], moved: [], removed: [], changedConsumers: [], endedConsumers: [] };

function kindOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}

function storedResource(segment: Segment, at: number): StoredResource {
  const key = segment.key(at);
  const kind = kindOf(key);
  return {
    kind,
    id: key.slice(kind.length + 1),
    body: segment.body(at),
    hash: segment.hash(at),
    createdRevision: segment.createdRevision(at),
    modifiedRevision: segment.modifiedRevision(at),
    isBroken: segment.isBroken(at),
  };
}

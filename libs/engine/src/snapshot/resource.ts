import { isJsonObject, type KindName, kinds, withDefaults } from '@sluice/schema';
import type { PluginInstance } from '../pipeline/plugin-instance.ts';
import type { Segment } from './segment.ts';

/** A changed resource as the engine receives it. */
export interface ResourceInput {
  readonly kind: string;
  readonly id: string;
  /** Canonical JSON; null where it was deleted. */
  readonly body: Uint8Array | null;
  /** 32 bytes that the sender knows this version by. */
  readonly hash?: Uint8Array;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
}

/** The fields of a decoded resource. */
export type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = Object.freeze({});

/** One version of a resource. Its bytes lie in shared memory and are decoded when somebody first asks what they say. */
export class Resource {
  readonly kind: string;
  readonly id: string;
  #segment: Segment;
  #at: number;
  #isRetired = false;
  #instances: Map<string, PluginInstance> | null = null;
  #raw: Fields | null = null;
  #value: Fields | null = null;

  constructor(segment: Segment, at: number) {
    const [kind, id] = segment.kindAndId(at);
    this.kind = sharedKind(kind);
    this.id = id;
    this.#segment = segment;
    this.#at = at;
  }

  get createdRevision(): number {
    return this.#segment.createdRevision(this.#at);
  }

  get modifiedRevision(): number {
    return this.#segment.modifiedRevision(this.#at);
  }

  /** Served although invalid: only where nothing better is known; its requests are answered 503. */
  get isBroken(): boolean {
    return this.#segment.isBroken(this.#at);
  }

  /** What was set up for this version's plugins, by name; made when a chain first needs it. */
  get instances(): Map<string, PluginInstance> {
    return (this.#instances ??= new Map());
  }

  /** The same bytes lie elsewhere now. */
  relocate(segment: Segment, at: number): void {
    this.#segment = segment;
    this.#at = at;
  }

  /** What was written. */
  get raw(): Fields {
    return (this.#raw ??= fieldsOf(decodeText(this.#segment.text(this.#at))));
  }

  /** What was written, defaults filled. */
  get value(): Fields {
    return (this.#value ??= this.#filled());
  }

  /** True when a newer version has taken its place. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Lets its plugins go as soon as no chain holds them. */
  retire(): void {
    this.#isRetired = true;
    for (const instance of this.#instances?.values() ?? []) instance.release();
    this.#instances = null;
  }

  /** Forgets the decoded form: most of many resources are not asked for again soon. */
  settle(): void {
    this.#raw = null;
    this.#value = null;
  }

  /** Plugin → configuration, as it was written. */
  get plugins(): Fields {
    return fieldsOf(this.raw['plugins']);
  }

  /** A text field; numeric ids are text here. */
  text(field: string): string | undefined {
    const value = this.raw[field];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  #filled(): Fields {
    const kind = kinds.get(this.kind as KindName);
    return kind && !this.isBroken ? fieldsOf(withDefaults(kind.schema, this.raw)) : this.raw;
  }
}

function fieldsOf(value: unknown): Fields {
  return isJsonObject(value) ? value : noFields;
}

/** Names of kinds, each once: thousands of resources share one. */
const kindNames = new Map<string, string>();

function sharedKind(name: string): string {
  const known = kindNames.get(name);
  if (known !== undefined) return known;
  kindNames.set(name, name);
  return name;
}

/** The value that canonical JSON stands for; undefined where it is none. */
export function decodeText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller reports the resource by name; the text of the error would repeat parts of the body.
    return undefined;
  }
}

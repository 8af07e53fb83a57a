import { isJsonObject, type KindName, kinds, withDefaults } from '@sluice/schema';
import type { PluginInstance } from '../pipeline/plugin-instance.ts';

/** A changed resource as the engine receives it. */
export interface ResourceInput {
  readonly kind: string;
  readonly id: string;
  /** Canonical JSON; null where it was deleted. */
  readonly body: Uint8Array | null;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
}

/** The fields of a decoded resource. */
export type Fields = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder();
const noFields: Fields = Object.freeze({});

/** One version of a resource. Its bytes are decoded when somebody first asks what they say. */
export class Resource {
  readonly kind: string;
  readonly id: string;
  readonly body: Uint8Array;
  readonly createdRevision: number;
  readonly modifiedRevision: number;
  /** Served although invalid: only where nothing better is known; its requests are answered 503. */
  readonly isBroken: boolean;
  /** What was set up for this version's plugins, by name; made when a chain first needs it. */
  readonly instances = new Map<string, PluginInstance>();
  #isRetired = false;
  #raw: Fields | null;
  #value: Fields | null = null;

  /** `raw` is what the bytes say, where the caller has decoded them already. */
  constructor(input: ResourceInput, body: Uint8Array, raw: Fields | null, isBroken: boolean) {
    this.kind = input.kind;
    this.id = input.id;
    this.body = body;
    this.createdRevision = input.createdRevision;
    this.modifiedRevision = input.modifiedRevision;
    this.isBroken = isBroken;
    this.#raw = raw;
  }

  /** What was written. */
  get raw(): Fields {
    return (this.#raw ??= fieldsOf(decodeBody(this.body)));
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
    for (const instance of this.instances.values()) instance.release();
    this.instances.clear();
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

/** The value that canonical bytes stand for; undefined where they are no JSON. */
export function decodeBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    // The caller reports the resource by name; the text of the error would repeat parts of the body.
    return undefined;
  }
}

import { getPointer, isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import type { Conversion } from '../convert/conversion.ts';

const DEPTH_MAX = 40;
/** A schema that repeats itself through references grows with every level; more than this is no schema for a gateway. */
const NODES_MAX = 20_000;

/**
 * Follows the references of an OpenAPI document, inside the document only: a document must not be able to make the server
 * read files or call addresses of its choice.
 */
export class Resolver {
  readonly #root: JsonValue;
  readonly #conversion: Conversion;
  readonly #reported = new Set<string>();

  constructor(root: JsonValue, conversion: Conversion) {
    this.#root = root;
    this.#conversion = conversion;
  }

  /** The object that stands here, or that is referred to from here; undefined where there is none. */
  object(value: JsonValue | undefined): JsonObject | undefined {
    let current: unknown = value;
    for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
      if (!isJsonObject(current)) return undefined;
      const { $ref: reference, ...siblings } = current as JsonObject;
      if (typeof reference !== 'string') return current as JsonObject;
      const target = this.#target(reference);
      // OpenAPI 3.1 lets a description stand beside a reference.
      current = isJsonObject(target) ? { ...target, ...siblings } : undefined;
    }
    return undefined;
  }

  /** A copy of a value with everything that it refers to in place; undefined where it refers to itself or outside. */
  whole(value: JsonValue): JsonValue | undefined {
    const budget = { nodes: NODES_MAX };
    const copy = this.#copy(value, [], budget);
    return budget.nodes > 0 ? copy : undefined;
  }

  #copy(value: JsonValue, open: readonly string[], budget: { nodes: number }): JsonValue | undefined {
    if ((budget.nodes -= 1) < 0) return undefined;
    if (Array.isArray(value)) {
      const items = value.map((item: JsonValue) => this.#copy(item, open, budget));
      return items.includes(undefined) ? undefined : (items as JsonValue[]);
    }
    if (!isJsonObject(value)) return value;
    const { $ref: reference, ...rest } = value as JsonObject;
    if (typeof reference === 'string') {
      const target = open.includes(reference) ? undefined : this.#target(reference);
      return target === undefined ? undefined : this.#copy(target, [...open, reference], budget);
    }
    const entries = Object.entries(rest).map(
      ([key, member]) => [key, this.#copy(member as JsonValue, open, budget)] as const,
    );
    return entries.some(([, member]) => member === undefined) ? undefined : (Object.fromEntries(entries) as JsonObject);
  }

  #target(reference: string): JsonValue | undefined {
    const pointer = reference.startsWith('#') ? decode(reference.slice(1)) : undefined;
    const target = pointer === undefined ? undefined : (getPointer(this.#root, pointer) as JsonValue | undefined);
    if (target === undefined && !this.#reported.has(reference)) {
      this.#reported.add(reference);
      const why = pointer === undefined ? 'leads out of the document' : 'leads nowhere';
      this.#conversion.dropped('', `the reference ${reference.slice(0, 128)} ${why}`);
    }
    return target;
  }
}

function decode(pointer: string): string | undefined {
  try {
    return decodeURIComponent(pointer);
  } catch {
    // A stray percent sign: such a reference leads nowhere.
    return undefined;
  }
}

import { equalJson, isJsonObject, type JsonObject, type JsonValue, pointerOf } from '@sluice/schema';
import type { Conversion } from './conversion.ts';

/**
 * The fields of a foreign object, each of which has to be taken or passed over on purpose: `finish` names all others in the
 * report, so that nothing is lost without a word, whatever a later version of the source adds.
 */
export class Fields {
  readonly path: string;
  readonly #object: JsonObject;
  readonly #conversion: Conversion;
  readonly #seen = new Set<string>();

  constructor(object: JsonObject, path: string, conversion: Conversion) {
    this.#object = object;
    this.path = path;
    this.#conversion = conversion;
  }

  /** Where a field stands. */
  at(name: string): string {
    return this.path + pointerOf([name]);
  }

  /** A field of any type; undefined where it is absent or null. */
  take(name: string): JsonValue | undefined {
    this.#seen.add(name);
    return this.#object[name] ?? undefined;
  }

  text(name: string): string | undefined {
    return this.#typed(name, (value) => (typeof value === 'string' ? value : undefined), 'a text');
  }

  number(name: string): number | undefined {
    return this.#typed(name, (value) => (typeof value === 'number' ? value : undefined), 'a number');
  }

  flag(name: string): boolean | undefined {
    return this.#typed(name, (value) => (typeof value === 'boolean' ? value : undefined), 'true or false');
  }

  /** A list of texts; a single text counts as one. Empty where it is absent. */
  texts(name: string): string[] {
    const value = this.take(name);
    const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return list.flatMap((item, i) => {
      if (typeof item === 'string') return [item];
      this.#conversion.dropped(`${this.at(name)}/${i}`, 'is not a text');
      return [];
    });
  }

  /** The mappings of a list, each with its place. */
  objects(name: string): Fields[] {
    const value = this.take(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.#conversion.dropped(this.at(name), 'is not a list');
      return [];
    }
    return value.flatMap((item: JsonValue, i) => {
      const path = `${this.at(name)}/${i}`;
      if (isJsonObject(item)) return [new Fields(item as JsonObject, path, this.#conversion)];
      this.#conversion.dropped(path, 'is not a mapping');
      return [];
    });
  }

  /** A mapping; empty where it is absent. */
  object(name: string): Fields {
    const value = this.take(name);
    if (value !== undefined && !isJsonObject(value)) this.#conversion.dropped(this.at(name), 'is not a mapping');
    return new Fields(isJsonObject(value) ? (value as JsonObject) : {}, this.at(name), this.#conversion);
  }

  get names(): string[] {
    return Object.keys(this.#object).filter((name) => this.#object[name] !== null);
  }

  get value(): JsonObject {
    return this.#object;
  }

  /** Passes over fields that say nothing about what a gateway does. */
  ignore(...names: readonly string[]): this {
    for (const name of names) this.#seen.add(name);
    return this;
  }

  /** Passes over a field as long as it has a value that changes nothing; any other is named in the report. */
  expect(name: string, ...values: readonly JsonValue[]): this {
    const value = this.take(name);
    if (value !== undefined && !values.some((usual) => equalJson(usual, value)))
      this.#conversion.dropped(this.at(name), `${name}: ${shown(value)} has no counterpart`);
    return this;
  }

  /** Names every field that nobody has asked for. */
  finish(): void {
    for (const name of this.names) {
      if (!this.#seen.has(name)) this.#conversion.dropped(this.at(name), `${name} has no counterpart`);
    }
  }

  #typed<T>(name: string, read: (value: JsonValue) => T | undefined, what: string): T | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const typed = read(value);
    if (typed === undefined) this.#conversion.dropped(this.at(name), `${name} is not ${what}`);
    return typed;
  }
}

/** A value in a message; what may be a secret or is long is not repeated. */
function shown(value: JsonValue): string {
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? 'this value' : String(value);
}

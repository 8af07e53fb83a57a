import { isJsonObject } from '@sluice/schema';
import { JsonSchemaError } from './json-schema-error.ts';

/** Values in a schema, so that nobody's schema costs seconds to compile. */
const valuesMax = 20_000;
const depthMax = 64;

const holdsOne = new Set(
  'additionalItems additionalProperties unevaluatedItems unevaluatedProperties propertyNames not if then else contains items'.split(
    ' ',
  ),
);
const holdsList = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']);
const holdsMap = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependentSchemas',
  'dependencies',
]);

/** A schema as it is compiled. */
export interface PlainSchema {
  readonly schema: Record<string, unknown> | boolean;
  readonly hasDefaults: boolean;
}

/**
 * A copy of a schema in the form that the compiler knows: what draft 4 spells differently is respelled, what would change
 * how the compiler works is left out. Throws where the schema is too large.
 */
export function plainSchema(source: unknown): PlainSchema {
  if (typeof source !== 'boolean' && !isJsonObject(source)) throw new JsonSchemaError('a schema must be an object');
  const walk = new Walk();
  const schema = walk.schema(source, 0) as PlainSchema['schema'];
  return { schema, hasDefaults: walk.hasDefaults };
}

class Walk {
  hasDefaults = false;
  #values = 0;

  schema(value: unknown, depth: number): unknown {
    if (!isJsonObject(value)) return this.#data(value, depth);
    this.#count(depth);
    const entries = Object.entries(value).flatMap(([key, held]): [string, unknown][] => {
      // Both would make the compiler do something else: another dialect half way down, a check that answers later.
      if (key === '$schema' || key === '$async') return [];
      return spelledAsOld(key, held, value) ?? [[key, this.#keyword(key, held, depth + 1)]];
    });
    return Object.fromEntries(entries);
  }

  #keyword(key: string, held: unknown, depth: number): unknown {
    if (key === 'default') this.hasDefaults = true;
    if (holdsList.has(key) && Array.isArray(held)) {
      this.#count(depth);
      return held.map((item) => this.schema(item, depth + 1));
    }
    if (holdsMap.has(key) && isJsonObject(held)) {
      this.#count(depth);
      return Object.fromEntries(Object.entries(held).map(([name, one]) => [name, this.schema(one, depth + 1)]));
    }
    return holdsOne.has(key) ? this.schema(held, depth) : this.#data(held, depth);
  }

  #data(value: unknown, depth: number): unknown {
    this.#count(depth);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#data(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, this.#data(held, depth + 1)]));
  }

  #count(depth: number): void {
    if (depth > depthMax) throw new JsonSchemaError(`a schema must not be deeper than ${depthMax} levels`);
    this.#values += 1;
    if (this.#values > valuesMax) throw new JsonSchemaError(`a schema must not hold more than ${valuesMax} values`);
  }
}

/** What draft 4 means by a keyword; undefined where later drafts mean the same. */
function spelledAsOld(
  key: string,
  held: unknown,
  all: Readonly<Record<string, unknown>>,
): [string, unknown][] | undefined {
  if (key === 'id' && typeof held === 'string') return all['$id'] === undefined ? [['$id', held]] : [];
  const strict = key.startsWith('exclusive') ? key : `exclusiveM${key.slice(1)}`;
  if (strict !== 'exclusiveMinimum' && strict !== 'exclusiveMaximum') return undefined;
  if (typeof all[strict] !== 'boolean') return undefined;
  // The limit beside a `true` is meant strictly; the word itself says nothing more.
  if (key === strict) return [];
  return all[strict] === true ? [[strict, held]] : undefined;
}

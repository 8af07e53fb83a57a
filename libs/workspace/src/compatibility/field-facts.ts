import { isJsonObject } from '@sluice/schema';
import { branchesOf } from '../conformance/schema-fields.ts';

/** What a schema says about one field, in the words that two schemas can be compared by. */
export type FieldFacts = Readonly<Record<string, unknown>>;

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that are compared as they stand. */
const plainKeywords = [
  'default',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'pattern',
  'format',
] as const;

/**
 * All fields of a schema by their path: `nodes[].host`, and `headers.*` for what stands under free names. A field that
 * several branches know is what the first of them says; whether a branch asks for it is a rule between fields, not a fact
 * of the field.
 */
export function fieldFacts(schema: unknown): ReadonlyMap<string, FieldFacts> {
  const found = new Map<string, FieldFacts>();
  if (isJsonObject(schema)) collect(schema, '', found, true);
  return found;
}

function collect(schema: Schema, path: string, found: Map<string, FieldFacts>, isCertain: boolean): void {
  const required = new Set(isCertain ? requiredOf(schema) : []);
  for (const [key, property] of entriesOf(schema['properties'])) {
    note(property, path === '' ? key : `${path}.${key}`, found, required.has(key));
  }
  const { items, additionalProperties } = schema;
  if (isJsonObject(items)) note(items, `${path}[]`, found, false);
  const values = [...entriesOf(schema['patternProperties']).map(([, value]) => value), additionalProperties];
  for (const value of values) if (isJsonObject(value)) note(value, path === '' ? '*' : `${path}.*`, found, false);
  const dependent = entriesOf(schema['dependencies']).map(([, value]) => value);
  for (const branch of [...branchesOf(schema), ...dependent]) collect(branch, path, found, false);
}

/** What every one of several branches asks for is asked for in any case. */
function requiredOf({ required, anyOf, oneOf }: Schema): unknown[] {
  const [first = [], ...others] = [...listOf(anyOf), ...listOf(oneOf)].filter(isJsonObject).map(requiredOf);
  return [...listOf(required), ...first.filter((key) => others.every((keys) => keys.includes(key)))];
}

function note(schema: Schema, path: string, found: Map<string, FieldFacts>, isRequired: boolean): void {
  const facts = factsOf(schema, isRequired);
  // An item or a value that may be anything is nothing to know about.
  const isNamed = !path.endsWith('[]') && !path.endsWith('*');
  if (!found.has(path) && (isNamed || Object.keys(facts).length > 0)) found.set(path, facts);
  collect(schema, path, found, true);
}

function factsOf(schema: Schema, isRequired: boolean): FieldFacts {
  const facts: Record<string, unknown> = {};
  const type = typeOf(schema);
  const words = wordsOf(schema);
  if (words) facts['enum'] = words;
  else if (type !== undefined) facts['type'] = type;
  for (const keyword of plainKeywords) if (schema[keyword] !== undefined) facts[keyword] = schema[keyword];
  if (schema['uniqueItems'] === true) facts['uniqueItems'] = true;
  if (schema['additionalProperties'] === false) facts['closed'] = true;
  const keys = entriesOf(schema['patternProperties']).map(([pattern]) => pattern);
  if (keys.length > 0 && !keys.every(matchesAll)) facts['keys'] = keys.sort();
  // A default is what satisfies `required`.
  if (isRequired && schema['default'] === undefined) facts['required'] = true;
  return withoutNoise(facts, type);
}

/** What says the same in several ways is said in one. */
function withoutNoise(facts: Record<string, unknown>, type: string | undefined): FieldFacts {
  for (const minimum of ['minLength', 'minItems', 'minProperties']) if (facts[minimum] === 0) delete facts[minimum];
  const { exclusiveMinimum: above } = facts;
  if (type === 'integer' && typeof above === 'number') {
    facts['minimum'] = above + 1;
    delete facts['exclusiveMinimum'];
  }
  // The tables of Lua do not tell an empty list from an empty object.
  if (type === 'array' && isJsonObject(facts['default']) && Object.keys(facts['default']).length === 0)
    facts['default'] = [];
  return facts;
}

/** `string`, `integer|string`; undefined where a value may be anything. */
function typeOf({ type, anyOf, oneOf, items }: Schema): string | undefined {
  if (typeof type === 'string') return type;
  const branches = [...listOf(anyOf), ...listOf(oneOf)].filter(isJsonObject).map(typeOf);
  const types = Array.isArray(type) ? (type as string[]) : branches.filter((one) => one !== undefined);
  if (types.length > 0) return [...new Set(types)].sort().join('|');
  return items === undefined ? undefined : 'array';
}

function wordsOf(schema: Schema): unknown[] | undefined {
  const words = allWords(schema);
  return words && [...new Set(words)].sort((a, b) => String(a).localeCompare(String(b), 'en'));
}

/** Words may stand in several lists of which one applies. */
function allWords({ enum: words, const: word, anyOf, oneOf }: Schema): unknown[] | undefined {
  if (word !== undefined) return [word];
  if (Array.isArray(words)) return words as unknown[];
  const branches = [...listOf(anyOf), ...listOf(oneOf)].filter(isJsonObject).map(allWords);
  const known = branches.filter((branch) => branch !== undefined);
  return known.length > 0 && known.length === branches.length ? known.flat() : undefined;
}

function matchesAll(pattern: string): boolean {
  return pattern === '.*' || pattern === '^.*$' || pattern === '';
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function entriesOf(value: unknown): [string, Schema][] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, Schema] => isJsonObject(entry[1]));
}

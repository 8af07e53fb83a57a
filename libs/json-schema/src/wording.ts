import type { ErrorObject } from 'ajv';
import { isJsonObject, numberText, pointerKeys } from '@sluice/schema';

/** Characters of a value that a message quotes. */
const quotedMax = 100;

type Words = (error: ErrorObject, params: Readonly<Record<string, unknown>>) => string;

const limited =
  (noun: string, what: string): Words =>
  (_error, { limit }) =>
    `expect ${noun} to have ${what} ${String(limit)} ${noun === 'array' ? 'items' : 'properties'}`;

const bound =
  (words: string): Words =>
  ({ data, schema }) =>
    `expected ${numberText(Number(data))} to be ${words} ${numberText(Number(schema))}`;

const length =
  (words: string): Words =>
  ({ data }, { limit }) =>
    `string ${words} ${String(limit)}, got ${[...String(data)].length}`;

/** The wording that clients of the compatible surface know. */
const wordings: Readonly<Record<string, Words>> = {
  required: (_error, { missingProperty }) => `property "${String(missingProperty)}" is required`,
  type: ({ data }, { type }) => `wrong type: expected ${typeWords(type)}, got ${typeOf(data)}`,
  minLength: length('too short, expected at least'),
  maxLength: length('too long, expected at most'),
  pattern: ({ data }, { pattern }) => `failed to match pattern ${JSON.stringify(pattern)} with ${quoted(data)}`,
  format: ({ data }, { format }) =>
    `expect valid ${String(format)} format but got: ${String(data).slice(0, quotedMax)}`,
  enum: () => 'matches none of the enum values',
  const: () => 'failed to check const value',
  minimum: bound('at least'),
  maximum: bound('at most'),
  exclusiveMinimum: bound('greater than'),
  exclusiveMaximum: bound('smaller than'),
  multipleOf: bound('a multiple of'),
  minItems: limited('array', 'at least'),
  maxItems: limited('array', 'at most'),
  additionalItems: () => 'found unexpected extra items in array',
  uniqueItems: (_error, { i, j }) =>
    `expected unique items but items ${Math.min(Number(i), Number(j)) + 1} and ${Math.max(Number(i), Number(j)) + 1} are equal`,
  contains: () => 'failed to check contains',
  minProperties: limited('object', 'at least'),
  maxProperties: limited('object', 'at most'),
  additionalProperties: (_error, { additionalProperty }) =>
    `additional properties forbidden, found ${String(additionalProperty).slice(0, quotedMax)}`,
  propertyNames: (_error, { propertyName }) => `the name ${quoted(propertyName)} is not allowed`,
  dependencies: dependent,
  dependentRequired: dependent,
  anyOf: ({ schema }) => `object matches none of the required${requiredWords(schema)}`,
  oneOf: (_error, { passingSchemas }) => `value should match only one schema, but matches ${matching(passingSchemas)}`,
  not: () => "value wasn't supposed to match schema",
  'false schema': () => 'no value is allowed here',
};

/** What an error says about a value, from the outermost property inwards. */
export function wordsFor(error: ErrorObject, value: unknown): string {
  const words = wordings[error.keyword];
  const params = error.params as Readonly<Record<string, unknown>>;
  return placeWords(error.instancePath, value) + (words ? words(error, params) : (error.message ?? error.keyword));
}

function placeWords(path: string, value: unknown): string {
  let at = value;
  let text = '';
  for (const key of pointerKeys(path)) {
    text += Array.isArray(at)
      ? `failed to validate item ${Number(key) + 1}: `
      : `property "${key.slice(0, quotedMax)}" validation failed: `;
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }
  return text;
}

function dependent(_error: ErrorObject, { missingProperty, property }: Readonly<Record<string, unknown>>): string {
  return `property "${String(missingProperty)}" is required when "${String(property)}" is set`;
}

function typeWords(type: unknown): string {
  return Array.isArray(type) ? `one of ${type.join(', ')}` : String(type);
}

/** The names of the language in which these messages were first written. */
function typeOf(value: unknown): string {
  if (value === null) return 'userdata';
  return typeof value === 'object' ? 'table' : typeof value;
}

function quoted(value: unknown): string {
  return JSON.stringify(String(value).slice(0, quotedMax));
}

/** The required lists of the branches, where a branch has one: `: ["a"] or ["a","b"]`. */
function requiredWords(branches: unknown): string {
  if (!Array.isArray(branches)) return '';
  const lists = branches.map((branch: unknown) => (isJsonObject(branch) ? branch['required'] : undefined));
  const known = lists.filter((list) => Array.isArray(list));
  return known.length === 0 ? '' : `: ${known.map((list) => JSON.stringify(list)).join(' or ')}`;
}

function matching(passing: unknown): string {
  if (!Array.isArray(passing)) return 'none';
  return `both schemas ${passing.map((index) => Number(index) + 1).join(' and ')}`;
}

import { isJsonObject } from '../json/json-value.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The type of a field in words: `array of string`, `string or integer`. */
export function typeOf(schema: Schema): string {
  const { type, items, anyOf, oneOf } = schema;
  if (type === 'array') return isJsonObject(items) && typeOf(items) !== 'any' ? `array of ${typeOf(items)}` : 'array';
  if (Array.isArray(type)) return type.join(' or ');
  if (typeof type === 'string') return type;
  const branches = [anyOf, oneOf].find((list) => Array.isArray(list)) as unknown[] | undefined;
  if (branches) return [...new Set(branches.filter(isJsonObject).map(typeOf))].join(' or ');
  const words = valuesOf(schema);
  return words ? [...new Set(words.map((word) => typeof word))].join(' or ') : 'any';
}

/** What a field may be beyond its type, in words; empty where everything goes. */
export function rangeOf(schema: Schema): string {
  const words = valuesOf(schema);
  if (words) return words.map((word) => `\`${JSON.stringify(word)}\``).join(', ');
  const parts = [numbers(schema), ...sizes(schema)];
  if (schema['uniqueItems'] === true) parts.push('no duplicates');
  if (typeof schema['format'] === 'string') parts.push(schema['format']);
  if (typeof schema['pattern'] === 'string') parts.push(`matches \`${schema['pattern']}\``);
  const own = parts.filter((part) => part !== undefined).join(', ');
  return own === '' ? alternatives(schema) : own;
}

function valuesOf(schema: Schema): unknown[] | undefined {
  if (Array.isArray(schema['enum'])) return schema['enum'] as unknown[];
  return schema['const'] === undefined ? undefined : [schema['const']];
}

function alternatives(schema: Schema): string {
  const list = schema['anyOf'] ?? schema['oneOf'];
  const ranges = Array.isArray(list) ? list.filter(isJsonObject).map(rangeOf) : [];
  return [...new Set(ranges.filter((range) => range !== ''))].join('; or ');
}

function numbers(schema: Schema): string | undefined {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  const parts: string[] = [];
  if (minimum !== undefined && maximum !== undefined) parts.push(`${String(minimum)} to ${String(maximum)}`);
  else if (minimum !== undefined) parts.push(`at least ${String(minimum)}`);
  else if (maximum !== undefined) parts.push(`at most ${String(maximum)}`);
  if (above !== undefined) parts.push(`greater than ${String(above)}`);
  if (below !== undefined) parts.push(`less than ${String(below)}`);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function sizes(schema: Schema): (string | undefined)[] {
  return [
    size(schema['minLength'], schema['maxLength'], 'characters'),
    size(schema['minItems'], schema['maxItems'], 'items'),
    size(schema['minProperties'], schema['maxProperties'], 'properties'),
  ];
}

function size(min: unknown, max: unknown, unit: string): string | undefined {
  if (min === undefined && max === undefined) return undefined;
  if (min === undefined) return `at most ${String(max)} ${unit}`;
  return max === undefined ? `at least ${String(min)} ${unit}` : `${String(min)} to ${String(max)} ${unit}`;
}

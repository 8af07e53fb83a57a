import type { Described } from '../catalogue/read-openapi.ts';

const REFERENCE = '#/components/schemas/';

const plainTypes: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The TypeScript type of what a JSON Schema accepts; whatever it says beyond types is lost, never made up. */
export function typeText(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'unknown';
  const described = schema as Described;
  const { $ref: reference, enum: words, type } = described;
  if (typeof reference === 'string') return reference.replace(REFERENCE, '');
  if ('const' in described) return JSON.stringify(described['const']);
  if (Array.isArray(words)) return words.map((word) => JSON.stringify(word)).join(' | ');
  return combined(described) ?? (Array.isArray(type) ? union(type.map(plain)) : typeOf(described));
}

function combined({ anyOf, oneOf, allOf }: Described): string | undefined {
  const choices = anyOf ?? oneOf;
  // Rules about which fields go together have no type of their own.
  if (Array.isArray(choices) && choices.some(isTyped)) return union(choices.map(typeText));
  return Array.isArray(allOf) && allOf.every(isTyped) ? allOf.map(typeText).join(' & ') : undefined;
}

function isTyped(schema: unknown): boolean {
  return ['type', '$ref', 'const', 'enum', 'anyOf'].some((keyword) => keyword in (schema as object));
}

function typeOf(schema: Described): string {
  if (schema['type'] === 'array') return `readonly ${itemText(schema['items'])}[]`;
  if (schema['type'] === 'object' || schema['properties']) return objectText(schema);
  return plain(schema['type']);
}

function plain(type: unknown): string {
  return typeof type === 'string' ? (plainTypes[type] ?? 'unknown') : 'unknown';
}

function itemText(items: unknown): string {
  const text = typeText(items);
  return /[|& ]/.test(text) && !text.startsWith('{') ? `(${text})` : text;
}

function union(texts: readonly string[]): string {
  return texts.includes('unknown') ? 'unknown' : [...new Set(texts)].join(' | ');
}

/** Fields in the order of the schema; a map of names where it fixes none. */
export function objectText(schema: Described): string {
  const { properties, required, patternProperties, additionalProperties } = schema;
  const fields = Object.entries((properties ?? {}) as Described);
  if (fields.length > 0) return `{ ${fields.map((field) => fieldText(field, required)).join('; ')} }`;
  const [pattern] = Object.values((patternProperties ?? {}) as Described);
  return `Readonly<Record<string, ${typeText(pattern ?? additionalProperties)}>>`;
}

function fieldText([name, schema]: [string, unknown], required: unknown): string {
  const isRequired = Array.isArray(required) && required.includes(name);
  const key = /^[a-z_$][\w$]*$/i.test(name) ? name : `'${name}'`;
  return `readonly ${key}${isRequired ? '' : '?'}: ${typeText(schema)}`;
}

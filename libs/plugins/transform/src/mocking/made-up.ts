import { randomInt } from 'node:crypto';

type Schema = Readonly<Record<string, unknown>>;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const TEXT_MAX = 10;
const ITEMS_MAX = 3;
const NUMBER_MAX = 10_000;
const DEPTH_MAX = 16;

/** Makes up a value that fits a JSON Schema as far as its types go; examples are taken as they are. */
export function madeUpValue(schema: Schema, depth = 0): unknown {
  const { example, default: usual, enum: words } = schema;
  if (example !== undefined) return example;
  if (usual !== undefined) return usual;
  if (Array.isArray(words) && words.length > 0) return words[randomInt(words.length)] as unknown;
  return makers[String(schema['type'])]?.(schema, depth) ?? null;
}

const makers: Readonly<Record<string, ((schema: Schema, depth: number) => unknown) | undefined>> = {
  object: (schema, depth) => (depth < DEPTH_MAX ? madeUpObject(schema, depth) : {}),
  array: (schema, depth) => (depth < DEPTH_MAX ? madeUpArray(schema, depth) : []),
  string: () => madeUpText(),
  number: () => randomInt(NUMBER_MAX) + randomInt(100) / 100,
  integer: () => randomInt(NUMBER_MAX),
  boolean: () => randomInt(2) === 1,
};

/** Writes a value as XML, in an element of this name. */
export function xmlOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => xmlOf(name, item)).join('');
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([key, field]) => xmlOf(key, field));
    return `<${name}>${inner.join('')}</${name}>`;
  }
  return `<${name}>${escaped(String(value ?? ''))}</${name}>`;
}

function madeUpObject(schema: Schema, depth: number): Record<string, unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  return Object.fromEntries(properties.map(([name, property]) => [name, madeUpValue(property, depth + 1)]));
}

function madeUpArray(schema: Schema, depth: number): unknown[] {
  const items = schema['items'] as Schema | undefined;
  if (!items) return [];
  return Array.from({ length: randomInt(1, ITEMS_MAX + 1) }, () => madeUpValue(items, depth + 1));
}

function madeUpText(): string {
  return Array.from({ length: randomInt(1, TEXT_MAX + 1) }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

import { type Schema, typeOf, variantsOf } from './schema.ts';

/** The ways of editing a value that every form has. */
export type BuiltinWidget =
  | 'text'
  | 'long-text'
  | 'secret'
  | 'number'
  | 'text-or-number'
  | 'switch'
  | 'select'
  | 'multi-select'
  | 'tags'
  | 'list'
  | 'map'
  | 'object'
  | 'choice'
  | 'json';

/** One field of a form. */
export interface Field {
  readonly key: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly required: boolean;
  /** Whether what is around it says already what it is, so that its title is for readers only. */
  readonly isNamedAround?: boolean;
  readonly schema: Schema;
}

const longTextLength = 1024;

/** The fields of an object schema in the order in which it names them; last come those about the object itself (`_meta`). */
export function fieldsOf(schema: Schema): Field[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {})
    .map(([key, property]) => fieldOf(key, property, required.has(key)))
    .toSorted((a, b) => Number(a.key.startsWith('_')) - Number(b.key.startsWith('_')));
}

/** A field for a value that stands under `key`; without a title, the key in words. */
export function fieldOf(key: string, schema: Schema, required = false): Field {
  return {
    key,
    title: schema.title ?? inWords(key),
    description: schema.description,
    // A default counts as present, so nobody has to fill the field in.
    required: required && schema.default === undefined,
    schema,
  };
}

/** What one item of a list is called: by its schema, else as one of what the list is called. */
export function itemTitleOf({ title, schema }: Pick<Field, 'title' | 'schema'>): string {
  const own = schema.items?.title;
  if (own !== undefined) return own;
  if (/[^aeiou]ies$/.test(title)) return `${title.slice(0, -3)}y`;
  return /[^su]s$/.test(title) ? title.slice(0, -1) : 'Item';
}

function inWords(key: string): string {
  const words = key.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How a value of this schema is edited when nobody says otherwise. */
export function widgetOf(schema: Schema): BuiltinWidget {
  if (schema.enum) return isOnOff(schema.enum) ? 'switch' : 'select';
  const type = typeOf(schema);
  if (type === 'string') return textWidget(schema);
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'switch';
  if (type === 'array') return arrayWidget(schema.items);
  const variants = variantsOf(schema);
  if (variants.length > 0) return variantsWidget(variants);
  return type === 'object' ? objectWidget(schema) : 'json';
}

/** 1 and 0 are how the compatible API says on and off. */
function isOnOff(values: readonly unknown[]): boolean {
  return values.length === 2 && values.includes(0) && values.includes(1);
}

function textWidget(schema: Schema): BuiltinWidget {
  if (schema.writeOnly || schema.format === 'password') return 'secret';
  return (schema.maxLength ?? 0) > longTextLength && !schema.pattern && isProse(schema) ? 'long-text' : 'text';
}

/** A path may be as long as a letter, but is still one line. */
function isProse(schema: Schema): boolean {
  return /PEM|source|script|body|certificate/i.test(`${schema.title ?? ''} ${schema.description ?? ''}`);
}

function arrayWidget(items: Schema | undefined): BuiltinWidget {
  if (!items || isFreeform(items)) return 'json';
  if (items.enum) return 'multi-select';
  const type = typeOf(items);
  // A word in a tag has one line.
  if (type === 'string' && (items['x-widget'] ?? textWidget(items)) !== 'text') return 'list';
  return type === 'string' || type === 'integer' || type === 'number' ? 'tags' : 'list';
}

/** Whether the values of a list are anything, or lists of anything, as in expressions: fields for each would be in the way. */
function isFreeform(schema: Schema): boolean {
  const variants = variantsOf(schema);
  if (schema.enum || variants.length > 0) return variants.some(isFreeform);
  if (schema.type === 'array') return !schema.items || isFreeform(schema.items);
  return schema.type === undefined;
}

function variantsWidget(variants: readonly Schema[]): BuiltinWidget {
  const types = new Set(variants.map(typeOf));
  if ([...types].every((type) => type === 'string')) return 'text';
  const areScalars = [...types].every((type) => type === 'string' || type === 'integer' || type === 'number');
  return areScalars ? 'text-or-number' : 'choice';
}

function objectWidget(schema: Schema): BuiltinWidget {
  if (schema.properties) return 'object';
  return valueSchemaOf(schema) ? 'map' : 'json';
}

/** The schema of the values of an object with free keys; undefined where they may be anything. */
export function valueSchemaOf(schema: Schema): Schema | undefined {
  const [pattern] = Object.values(schema.patternProperties ?? {});
  if (pattern) return pattern;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** What a newly added value of this schema begins as. */
export function blankOf(schema: Schema): unknown {
  if (schema.default !== undefined) return structuredClone(schema.default);
  const [variant] = variantsOf(schema);
  const type = typeOf(schema) ?? (variant && typeOf(variant));
  if (type === 'object') return {};
  if (type === 'array') return [];
  if (type === 'boolean') return false;
  return type === 'integer' || type === 'number' ? (schema.minimum ?? 0) : '';
}

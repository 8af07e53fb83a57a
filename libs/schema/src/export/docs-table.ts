import type { TSchema } from 'typebox';
import { isJsonObject } from '../json/json-value.ts';
import { rangeOf, typeOf } from './field-words.ts';

type Schema = Readonly<Record<string, unknown>>;

/** One row before it is text. */
interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/**
 * A markdown table of all fields of a schema, nested ones by their path: `nodes[].host`. Fields that only a branch knows
 * (`oneOf`, `then` and the like) are listed once, behind those of the object itself, and are never marked as required.
 */
export function docsTable(schema: TSchema): string {
  const fields = new Map<string, Field>();
  collect(schema as Schema, '', fields, true);
  const rows = [...fields.values()].map(rowOf);
  return ['| Field | Type | Default | Range | Description |', '| --- | --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

function collect(schema: Schema, prefix: string, fields: Map<string, Field>, isCertain: boolean): void {
  const { properties, items } = schema;
  const required = new Set(isCertain ? listOf(schema['required']) : []);
  for (const [key, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
    if (!isJsonObject(property)) continue;
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (!fields.has(name)) fields.set(name, { name, schema: property, isRequired: required.has(key) });
    collect(property, name, fields, true);
  }
  if (isJsonObject(items)) collect(items, `${prefix}[]`, fields, true);
  for (const branch of branchesOf(schema)) collect(branch, prefix, fields, false);
}

/** An `if` is left out: it asks about fields, it does not describe them. */
function branchesOf(schema: Schema): Schema[] {
  const { allOf, anyOf, oneOf, then: yes, else: no } = schema;
  return [...listOf(allOf), ...listOf(anyOf), ...listOf(oneOf), yes, no].filter(isJsonObject);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function rowOf({ name, schema, isRequired }: Field): string {
  const fallback = schema['default'];
  const initial = fallback === undefined ? (isRequired ? '*required*' : '') : code(JSON.stringify(fallback));
  const cells = [code(name), typeOf(schema), initial, rangeOf(schema), String(schema['description'] ?? '')];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A bar would end the cell, even inside code; a line break would end the row. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

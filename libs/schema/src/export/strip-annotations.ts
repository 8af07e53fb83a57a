import type { TSchema } from 'typebox';
import { isJsonObject, setOwn } from '../json/json-value.ts';

/** Keywords whose value is a map of names to schemas: the names are not keywords, whatever they look like. */
const maps = new Set(['properties', 'patternProperties', 'dependencies', 'dependentSchemas', 'definitions', '$defs']);
/** Keywords whose value is data, to be taken literally. */
const literals = new Set(['default', 'const', 'enum', 'examples', 'required', 'dependentRequired']);

/**
 * A schema as the compatible Admin API serves it: without title, description and `x-*`. Properties with a default are
 * not listed as required, because the default is what satisfies that.
 */
export function stripAnnotations(schema: TSchema): Record<string, unknown> {
  return strip(schema) as Record<string, unknown>;
}

function strip(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strip);
  if (!isJsonObject(schema)) return schema;
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'title' || keyword === 'description' || keyword.startsWith('x-')) continue;
    if (keyword === 'required') setRequired(result, schema, value);
    else if (literals.has(keyword)) result[keyword] = value;
    else result[keyword] = maps.has(keyword) ? stripMap(value) : strip(value);
  }
  return result;
}

function stripMap(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(value)) setOwn(result, name, strip(schema));
  return result;
}

function setRequired(result: Record<string, unknown>, schema: Record<string, unknown>, required: unknown): void {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const kept = (required as string[]).filter((key) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return !isJsonObject(property) || property['default'] === undefined;
  });
  if (kept.length > 0) result['required'] = kept;
}

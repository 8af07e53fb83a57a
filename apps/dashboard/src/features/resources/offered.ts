import { isJsonObject, unservedFields } from '@sluice/schema';
import type { JsonRecord, JsonSchema, Kind } from '../../api/types.ts';

/** Dotted paths of fields that a draft has although every write with them would be refused. */
export function refusedIn(kind: Pick<Kind, 'name'>, draft: JsonRecord): string[] {
  const valueAt = (path: string) =>
    path.split('.').reduce((at: unknown, key) => (isJsonObject(at) ? at[key] : undefined), draft);
  return unservedFields(kind.name)
    .map(({ path }) => path)
    .filter((path) => valueAt(path) !== undefined);
}

/**
 * The schema of a kind as its form offers it: without fields and choices with which every write would be refused. What a
 * draft has all the same, `refused`, stays in sight, for its error to stand there.
 */
export function offeredSchema(kind: Pick<Kind, 'name' | 'schema'>, refused: readonly string[]): JsonSchema {
  return unservedFields(kind.name)
    .filter(({ path, isRefused }) => isRefused !== undefined || !refused.includes(path))
    .reduce((schema, { path, isRefused }) => without(schema, path.split('.'), isRefused), kind.schema);
}

type IsRefused = ((value: unknown) => boolean) | undefined;

function without(schema: JsonSchema, path: readonly string[], isRefused: IsRefused): JsonSchema {
  const [key = '', ...rest] = path;
  const properties = schema['properties'];
  const property = isJsonObject(properties) ? properties[key] : undefined;
  if (!isJsonObject(properties) || !isJsonObject(property)) return schema;
  if (rest.length > 0) return withProperty(schema, key, without(property, rest, isRefused));
  if (isRefused) return withProperty(schema, key, withoutChoices(property, isRefused));
  const { [key]: _refused, ...others } = properties;
  return { ...schema, properties: others };
}

function withProperty(schema: JsonSchema, key: string, property: JsonSchema): JsonSchema {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return properties[key] === property ? schema : { ...schema, properties: { ...properties, [key]: property } };
}

/** A choice that is made already is shown by the widget, whatever there is to choose. */
function withoutChoices(property: JsonSchema, isRefused: (value: unknown) => boolean): JsonSchema {
  const choices = property['enum'];
  if (!Array.isArray(choices) || !choices.some(isRefused)) return property;
  return { ...property, enum: choices.filter((choice) => !isRefused(choice)) };
}

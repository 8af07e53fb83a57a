import { isJsonObject } from '@sluice/schema';

/** A named field somewhere in a schema. */
export interface SchemaField {
  /** Dotted, without marks for arrays: `redis_sentinels.host`. */
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** All named fields of a schema: nested ones, those of array items, and those that only a branch knows. */
export function schemaFields(schema: unknown, prefix = ''): SchemaField[] {
  if (!isJsonObject(schema)) return [];
  const own = Object.entries(isJsonObject(schema['properties']) ? schema['properties'] : {});
  const fields = own.flatMap(([key, property]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return isJsonObject(property) ? [{ path, schema: property }, ...schemaFields(property, path)] : [];
  });
  return [...fields, ...branches(schema).flatMap((branch) => schemaFields(branch, prefix))];
}

/** An `if` asks about fields that are described elsewhere. */
function branches(schema: Readonly<Record<string, unknown>>): unknown[] {
  const lists = [schema['allOf'], schema['anyOf'], schema['oneOf']].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return [...lists, schema['items'], schema['then'], schema['else']];
}

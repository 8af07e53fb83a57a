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
  return [...fields, ...[...branchesOf(schema), schema['items']].flatMap((branch) => schemaFields(branch, prefix))];
}

/** The schemas of which one or all hold besides a schema. An `if` asks about fields that are described elsewhere. */
export function branchesOf({
  allOf,
  anyOf,
  oneOf,
  then: yes,
  else: no,
}: SchemaField['schema']): SchemaField['schema'][] {
  const lists = [allOf, anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return [...lists, yes, no].filter(isJsonObject);
}

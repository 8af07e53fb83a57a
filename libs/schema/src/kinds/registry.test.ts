import { expect, test } from 'vitest';
import { equalJson, isJsonObject } from '../json/json-value.ts';
import { pluginMetaSchema } from '../define/plugin-meta.ts';
import { kinds } from './registry.ts';

const schemas = [
  ...[...kinds.values()].map((kind) => [kind.name, kind.schema] as const),
  ['_meta', pluginMetaSchema] as const,
];

function fieldsWithoutWords(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((item) => fieldsWithoutWords(item, path));
  if (!isJsonObject(schema)) return [];
  const { properties, items, anyOf, oneOf } = schema;
  const fields = Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([key, field]) => {
    const isTold = isJsonObject(field) && Boolean(field['title']) && Boolean(field['description']);
    return [...(isTold ? [] : [`${path}.${key}`]), ...fieldsWithoutWords(field, `${path}.${key}`)];
  });
  return [...fields, ...fieldsWithoutWords([items, anyOf, oneOf].flat(), path)];
}

test.each(schemas)('every field of %s has a title and a description', (name, schema) => {
  expect(fieldsWithoutWords(schema, name)).toEqual([]);
});

test.each(schemas)('the schema of %s is plain JSON: nothing is lost on the way to a browser', (_name, schema) => {
  expect(equalJson(JSON.parse(JSON.stringify(schema)), schema)).toBe(true);
});

test.each([...kinds.values()])('the references of $name are fields of its schema', ({ schema, references }) => {
  const properties = (schema as unknown as { properties: object }).properties;
  for (const field of Object.keys(references)) expect(properties).toHaveProperty(field.split('.')[0] ?? '');
});

test('messages and paths name kinds as the Admin API does', () => {
  const names = [...kinds.values()].map(({ plural, label, title }) => [plural, label, title]);
  expect(names).toContainEqual(['plugin_configs', 'plugin config', 'Plugin config']);
  expect(kinds.get('consumer')?.methods.has('POST')).toBe(false);
  expect(kinds.get('global_rule')?.methods.has('PATCH')).toBe(true);
});

import { kinds } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { schemaFields } from './schema-fields.ts';

describe.each([...kinds.values()])('the kind $name', (kind) => {
  const fields = schemaFields(kind.schema);

  test('explains each field with a title and a description', () => {
    const silent = fields.filter(({ schema: field }) => !field['title'] || !field['description']);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('points by fields that exist to kinds that have a name', () => {
    const known = fields.map(({ path }) => path);
    expect(Object.keys(kind.references).filter((path) => !known.includes(path))).toEqual([]);
  });
});

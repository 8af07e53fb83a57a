import Type from 'typebox';
import { expect, test } from 'vitest';
import { kinds } from '../kinds/registry.ts';
import { RouteSchema } from '../kinds/route.ts';
import { docsTable } from './docs-table.ts';
import { stripAnnotations } from './strip-annotations.ts';

test('the compatible API finds the texts that its clients look for', () => {
  expect(JSON.stringify(stripAnnotations(RouteSchema))).toContain('"plugins":{"type":"object"}');
  const rule = kinds.get('global_rule');
  expect(JSON.stringify(rule && stripAnnotations(rule.schema))).toContain(
    '"create_time":{"type":"integer"},"update_time":{"type":"integer"}',
  );
});

test('fields that are called like an annotation stay, and so do defaults that look like one', () => {
  const schema = Type.Object(
    {
      title: Type.String({ title: 'Title', 'x-widget': 'area' }),
      description: Type.Unsafe({ default: { title: 'kept' } }),
    },
    { description: 'Dropped.' },
  );
  expect(stripAnnotations(schema)).toEqual({
    type: 'object',
    required: ['title'],
    properties: { title: { type: 'string' }, description: { default: { title: 'kept' } } },
  });
});

test('a field with a default is not listed as required', () => {
  const schema = Type.Object({ count: Type.Integer(), policy: Type.String({ default: 'local' }) });
  expect(stripAnnotations(schema)['required']).toEqual(['count']);
  expect(stripAnnotations(Type.Object({ a: Type.Integer({ default: 1 }) }))).not.toHaveProperty('required');
});

test('a docs table lists every field with what it may be', () => {
  const schema = Type.Object(
    {
      code: Type.Integer({ default: 302, minimum: 200, maximum: 399, description: 'Status.' }),
      words: Type.Array(Type.String({ pattern: '^a|b$' }), {
        minItems: 1,
        uniqueItems: true,
        description: 'Two\nlines.',
      }),
      nodes: Type.Optional(Type.Array(Type.Object({ host: Type.String({ description: 'Where.' }) }))),
      mode: Type.Unsafe({ enum: ['a', 'b'] }),
    },
    { oneOf: [{ properties: { extra: { type: ['string', 'null'], maxLength: 9 } }, required: ['extra'] }] },
  );
  expect(docsTable(schema).split('\n')).toEqual([
    '| Field | Type | Default | Range | Description |',
    '| --- | --- | --- | --- | --- |',
    '| `code` | integer | `302` | 200 to 399 | Status. |',
    '| `words` | array of string | *required* | at least 1 items, no duplicates | Two lines. |',
    '| `nodes` | array of object |  |  |  |',
    '| `nodes[].host` | string | *required* |  | Where. |',
    '| `mode` | string | *required* | `"a"`, `"b"` |  |',
    '| `extra` | string or null |  | at most 9 characters |  |',
    '',
  ]);
});

test('a bar inside a pattern does not end its cell', () => {
  expect(docsTable(Type.Object({ a: Type.String({ pattern: 'x|y' }) }))).toContain('matches `x\\|y`');
});

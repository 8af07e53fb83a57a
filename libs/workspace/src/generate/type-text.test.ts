import { expect, test } from 'vitest';
import { typeText } from './type-text.ts';

test.each([
  [{}, 'unknown'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ $ref: '#/components/schemas/Route' }, 'Route'],
  [{ enum: ['a', 'b'] }, '"a" | "b"'],
  [{ const: '*' }, '"*"'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{ anyOf: [{ type: 'string' }, {}] }, 'unknown'],
  [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } }, 'readonly (string | null)[]'],
  [{ type: 'object', patternProperties: { '^.*$': { type: 'integer' } } }, 'Readonly<Record<string, number>>'],
  [
    { type: 'object', properties: { a: { type: 'string' }, 'b-c': {} }, required: ['a'] },
    "{ readonly a: string; readonly 'b-c'?: unknown }",
  ],
  [
    { type: 'object', properties: { a: { type: 'string' } }, oneOf: [{ required: ['a'] }, { not: {} }] },
    '{ readonly a?: string }',
  ],
])('the type of %j is %s', (schema, text) => {
  expect(typeText(schema)).toBe(text);
});

import { expect, test } from 'vitest';
import { blankOf, fieldOf, fieldsOf, itemTitleOf, widgetOf } from './fields.ts';
import type { Schema } from './schema.ts';

const id: Schema = { anyOf: [{ type: 'string' }, { type: 'integer' }] };

test.each<[string, Schema, string]>([
  ['nothing known', {}, 'json'],
  ['an array of anything', { type: 'array' }, 'json'],
  ['a list of anything', { type: 'array', items: {} }, 'json'],
  ['an expression', { type: 'array', items: { anyOf: [{ type: 'array' }, { type: 'string' }] } }, 'json'],
  ['several expressions', { type: 'array', items: { type: 'array', items: {} } }, 'json'],
  ['pairs of a name and its settings', { type: 'array', items: { type: 'array', items: { properties: {} } } }, 'json'],
  ['an object of anything', { type: 'object' }, 'json'],
  ['a type of the future', { type: 'duration' }, 'json'],
  ['rules about fields only', { oneOf: [{ required: ['a'] }, { required: ['b'] }] }, 'json'],
  ['a text', { type: 'string' }, 'text'],
  ['a text in one of several forms', { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }, 'text'],
  ['a certificate', { type: 'string', maxLength: 65536, title: 'Key (PEM)' }, 'long-text'],
  ['a secret', { type: 'string', writeOnly: true }, 'secret'],
  ['an id', id, 'text-or-number'],
  ['a number or null', { type: ['null', 'integer'] }, 'number'],
  ['yes or no', { type: 'boolean' }, 'switch'],
  ['1 or 0', { type: 'integer', enum: [1, 0] }, 'switch'],
  ['one of some words', { enum: ['a', 'b'] }, 'select'],
  ['several of some words', { type: 'array', items: { enum: ['a'] } }, 'multi-select'],
  ['a list of numbers', { type: 'array', items: { type: 'integer' } }, 'tags'],
  ['a list of certificates', { type: 'array', items: { type: 'string', maxLength: 65536, title: 'PEM' } }, 'list'],
  ['a list of functions', { type: 'array', items: { type: 'string', 'x-widget': 'long-text' } }, 'list'],
  ['a list of objects', { type: 'array', items: { type: 'object', properties: {} } }, 'list'],
  ['free keys', { type: 'object', patternProperties: { '.*': { type: 'string' } } }, 'map'],
  ['free keys, said otherwise', { type: 'object', additionalProperties: { type: 'string' } }, 'map'],
  ['fixed keys', { type: 'object', properties: { a: {} } }, 'object'],
  ['a map or a list', { anyOf: [{ type: 'object' }, { type: 'array' }] }, 'choice'],
])('%s has a way of editing', (_name, schema, widget) => {
  expect(widgetOf(schema)).toBe(widget);
});

test('a field without a title is named by its key in words', () => {
  expect(fieldOf('remote_addr', {}).title).toBe('Remote addr');
  expect(fieldOf('remote_addr', { title: 'Client' }).title).toBe('Client');
});

test('a field with a default need not be filled in', () => {
  const fields = fieldsOf({ required: ['a', 'b'], properties: { a: { type: 'string' }, b: { default: 1 }, c: {} } });

  expect(fields.map(({ key, required }) => [key, required])).toEqual([
    ['a', true],
    ['b', false],
    ['c', false],
  ]);
});

test('a new value begins as its default, which it does not share', () => {
  const schema: Schema = { type: 'object', default: { a: [] } };

  expect(blankOf(schema)).toEqual({ a: [] });
  expect(blankOf(schema)).not.toBe(schema.default);
});

test('a new value without a default is the emptiest of its type', () => {
  expect(
    [{ type: 'object' }, { type: 'array' }, { type: 'string' }, { type: 'integer', minimum: 1 }, id].map(blankOf),
  ).toEqual([{}, [], '', 1, '']);
});

test('fields about the object itself come last', () => {
  const schema: Schema = { properties: { _meta: { type: 'object' }, b: { type: 'string' }, a: { type: 'string' } } };
  expect(fieldsOf(schema).map(({ key }) => key)).toEqual(['b', 'a', '_meta']);
});

test.each<[string, Schema | undefined, string]>([
  ['Certificates', { title: 'Certificate (PEM)' }, 'Certificate (PEM)'],
  ['Rules', {}, 'Rule'],
  ['Policies', {}, 'Policy'],
  ['Status', {}, 'Item'],
  ['Access', {}, 'Item'],
  ['Path by regular expression', undefined, 'Item'],
])('an item of %s is called by its schema, else as one of them', (title, items, name) => {
  expect(itemTitleOf({ title, schema: items ? { items } : {} })).toBe(name);
});

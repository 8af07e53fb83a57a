import { checkAll } from '@sluice/schema';
import { expect, test } from 'vitest';
import type { Schema } from '../schema.ts';
import { variantIndex } from './variant-widget.tsx';

const map: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const parts: Schema = { type: 'object', properties: { add: { type: 'array' } }, additionalProperties: false };
const text: Schema = { type: 'string' };
const accepts = (schema: Schema, value: unknown) => checkAll(schema, value).length === 0;
const shapeOf = (value: unknown, chosen?: number) => variantIndex([map, parts, text], value, accepts, chosen);

test('of shapes that are all objects, the chosen one stays while it is empty', () => {
  expect(shapeOf({}, 1)).toBe(1);
  expect(shapeOf({}, 0)).toBe(0);
  expect(shapeOf({})).toBe(0);
});

test('a value that fits another shape only is shown in that one, whatever was chosen', () => {
  expect(shapeOf({ add: [] }, 0)).toBe(1);
  expect(shapeOf('x', 1)).toBe(2);
});

test('a half-filled value keeps its shape', () => {
  expect(shapeOf({ add: 'not yet a list', other: 1 }, 1)).toBe(1);
});

test('nothing is of no shape', () => {
  expect(shapeOf(undefined, 1)).toBe(-1);
});

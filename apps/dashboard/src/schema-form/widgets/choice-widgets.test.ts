import { checkAll } from '@sluice/schema';
import { expect, test } from 'vitest';
import type { Schema } from '../schema.ts';
import { separatorsOf } from './choice-widgets.tsx';

const accepts = (schema: Schema, value: unknown) => checkAll(schema, value).length === 0;

test('what may stand inside a word does not end it', () => {
  expect(separatorsOf({ type: 'string', maxLength: 64 }, accepts)).toEqual([]);
  expect(separatorsOf(undefined, accepts)).toEqual([]);
  expect(separatorsOf({ type: 'string', pattern: '^/' }, accepts)).toEqual([]);
  expect(separatorsOf({ type: 'string', pattern: '^[^:]+:[^:]*$' }, accepts)).toEqual([]);
});

test('a pasted list of hosts or numbers comes apart', () => {
  expect(separatorsOf({ type: 'string', pattern: '^[a-z0-9.*-]+$' }, accepts)).toEqual([',', ' ']);
  expect(separatorsOf({ type: 'integer', minimum: 100 }, accepts)).toEqual([',', ' ']);
});

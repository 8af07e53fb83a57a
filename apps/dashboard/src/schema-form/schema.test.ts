import { checkAll } from '@sluice/schema';
import { expect, test } from 'vitest';
import { type Accepts, effectiveSchema, type Schema, variantsOf } from './schema.ts';

const accepts: Accepts = (schema, value) => checkAll(schema, value).length === 0;
const keysOf = (schema: Schema, value: unknown) =>
  Object.keys(effectiveSchema(schema, value, accepts).properties ?? {});

const counting: Schema = {
  type: 'object',
  properties: { policy: { type: 'string', default: 'local' } },
  if: { properties: { policy: { enum: ['redis'] } } },
  then: { properties: { host: { type: 'string' } }, required: ['host'] },
  else: { if: { properties: { policy: { enum: ['cluster'] } } }, then: { properties: { nodes: { type: 'array' } } } },
};

test('a condition that only holds because its field is missing sees the default instead', () => {
  expect(keysOf(counting, {})).toEqual(['policy']);
});

test('fields that a condition adds appear with the value that asks for them, after the others', () => {
  expect(keysOf(counting, { policy: 'redis' })).toEqual(['policy', 'host']);
  expect(keysOf(counting, { policy: 'cluster' })).toEqual(['policy', 'nodes']);
  expect(effectiveSchema(counting, { policy: 'redis' }, accepts).required).toEqual(['host']);
});

test('a field that requires another makes it required once it is there', () => {
  const schema: Schema = { properties: { cert: {}, key: {} }, dependencies: { cert: ['key'] } };

  expect(effectiveSchema(schema, {}, accepts).required).toBeUndefined();
  expect(effectiveSchema(schema, { cert: 'x' }, accepts).required).toEqual(['key']);
});

test('rules about which fields are there are no shapes to choose from', () => {
  expect(variantsOf({ oneOf: [{ required: ['a'] }, { required: ['b'] }] })).toEqual([]);
  expect(variantsOf({ anyOf: [{ type: 'string' }, { type: 'array' }] })).toHaveLength(2);
});

import Type, { type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { Cidr } from '../defs/network.ts';
import { check } from './check.ts';
import { numberText } from './number-keywords.ts';

const raw = (schema: object) => Type.Unsafe<unknown>(schema);
const inA = (schema: object) => raw({ type: 'object', properties: { a: schema } });

// Clients compare these texts, so each is spelled out.
const wordings: readonly (readonly [schema: TSchema, value: unknown, message: string])[] = [
  [raw({ required: ['a'] }), {}, 'property "a" is required'],
  [inA({ type: 'string' }), { a: 1 }, 'property "a" validation failed: wrong type: expected string, got number'],
  [raw({ type: 'string' }), { a: 1 }, 'wrong type: expected string, got table'],
  [raw({ type: 'string' }), null, 'wrong type: expected string, got userdata'],
  [raw({ type: 'object' }), 'x', 'wrong type: expected object, got string'],
  [raw({ type: 'object' }), [1], 'wrong type: expected object, got table'],
  [raw({ type: 'array' }), { a: 1 }, 'wrong type: expected array, got table'],
  [raw({ type: 'integer' }), 1.5, 'wrong type: expected integer, got number'],
  [raw({ type: ['string', 'array'] }), true, 'wrong type: expected one of string, array, got boolean'],
  [raw({ minLength: 1 }), '', 'string too short, expected at least 1, got 0'],
  [raw({ maxLength: 256 }), 'x'.repeat(257), 'string too long, expected at most 256, got 257'],
  [raw({ pattern: '^\\/.*' }), 'home', 'failed to match pattern "^\\\\/.*" with "home"'],
  [raw({ pattern: '^a$' }), 'a"\r\nb', 'failed to match pattern "^a$" with "a\\"\\r\\\nb"'],
  [raw({ format: 'ipv4' }), '1.2.3', 'expect valid ipv4 format but got: 1.2.3'],
  [raw({ enum: ['a', 1] }), 'b', 'matches none of the enum values'],
  [raw({ const: 'a' }), 'b', 'failed to check const value'],
  [raw({ minimum: 1 }), 0, 'expected 0 to be at least 1'],
  [raw({ minimum: 0.00001 }), -0.1, 'expected -0.1 to be at least 1e-05'],
  [raw({ maximum: 1 }), 10, 'expected 10 to be at most 1'],
  [raw({ exclusiveMinimum: 0 }), 0, 'expected 0 to be greater than 0'],
  [raw({ exclusiveMaximum: 5 }), 5, 'expected 5 to be smaller than 5'],
  [raw({ multipleOf: 2 }), 3, 'expected 3 to be a multiple of 2'],
  [raw({ minItems: 1 }), [], 'expect array to have at least 1 items'],
  [raw({ type: 'array', minItems: 1 }), {}, 'expect array to have at least 1 items'],
  [raw({ maxItems: 1 }), [1, 2], 'expect array to have at most 1 items'],
  [raw({ items: { type: 'string' } }), ['a', 1], 'failed to validate item 2: wrong type: expected string, got number'],
  [raw({ items: [{}], additionalItems: false }), [1, 2], 'found unexpected extra items in array'],
  [raw({ contains: { const: 1 } }), [2], 'failed to check contains'],
  [raw({ uniqueItems: true }), [1, 2, 1], 'expected unique items but items 1 and 3 are equal'],
  [raw({ uniqueItems: true }), [{ a: 1 }, { a: 1 }], 'expected unique items but items 1 and 2 are equal'],
  [raw({ minProperties: 1 }), {}, 'expect object to have at least 1 properties'],
  [raw({ maxProperties: 1 }), { a: 1, b: 2 }, 'expect object to have at most 1 properties'],
  [raw({ additionalProperties: false }), { a: 1 }, 'additional properties forbidden, found a'],
  [
    raw({ additionalProperties: { type: 'string' } }),
    { a: 1 },
    'failed to validate additional property a: wrong type: expected string, got number',
  ],
  [
    raw({ patternProperties: { '.*': { type: 'string' } } }),
    { env: ['a'] },
    'failed to validate env (matching ".*"): wrong type: expected string, got table',
  ],
  [
    raw({ anyOf: [{ required: ['a'] }, { required: ['a', 'b'] }] }),
    {},
    'object matches none of the required: ["a"] or ["a","b"]',
  ],
  [Cidr, 'nowhere', 'object matches none of the required'],
  [raw({ oneOf: [{ type: 'string' }, { type: 'null' }] }), 1, 'value should match only one schema, but matches none'],
  [
    raw({ oneOf: [{ type: 'null' }, { minimum: 1 }, { minimum: 2 }] }),
    3,
    'value should match only one schema, but matches both schemas 2 and 3',
  ],
  [
    raw({ allOf: [{}, { if: { required: ['a'] }, then: { required: ['b'] } }] }),
    { a: 1 },
    'allOf 2 failed: then clause did not match',
  ],
  [raw({ if: { required: ['a'] }, else: { required: ['b'] } }), {}, 'else clause did not match'],
  [raw({ not: { type: 'string' } }), 'a', "value wasn't supposed to match schema"],
  [raw({ dependencies: { a: ['b'] } }), { a: 1 }, 'property "b" is required when "a" is set'],
  [
    raw({ dependencies: { a: { required: ['b'] } } }),
    { a: 1 },
    'failed to validate dependent schema for "a": property "b" is required',
  ],
];

test.each(wordings)('%j refuses %j in the words that clients know', (schema, value, message) => {
  expect(check(schema, value)?.message).toBe(message);
});

test('a schema with an unknown type is refused when it is compiled', () => {
  expect(() => check(raw({ type: 'text' }), 'a')).toThrow('invalid JSON type: text');
});

test.each([
  [1e-5, '1e-05'],
  [0.0001, '0.0001'],
  [1e14, '1e+14'],
  [0.1 + 0.2, '0.3'],
  [-65535, '-65535'],
])('%d is printed as C prints it', (value, text) => {
  expect(numberText(value)).toBe(text);
});

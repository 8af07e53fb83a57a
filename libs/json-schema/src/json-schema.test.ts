import { describe, expect, test } from 'vitest';
import { checkJsonSchema, compileJsonSchema } from './index.ts';

const problem = (schema: unknown, value: unknown) => compileJsonSchema(schema).check(value);

describe('a schema is refused', () => {
  test.each([
    ['that is none', 'text', 'a schema must be an object'],
    ['with a type that does not exist', { type: 'test' }, 'invalid JSON type: test'],
    ['with one further down', { properties: { a: { type: 'strin' } } }, 'invalid JSON type: strin'],
    ['with a limit that is no number', { minLength: 'x' }, 'invalid schema at "/minLength": must be integer'],
    ['with a pattern that is none', { pattern: '(' }, '"(" is not a valid regular expression'],
    ['with a pattern that may never end', { pattern: '(a)\\1' }, 'backreferences are not supported in "(a)\\1"'],
    [
      'with a property pattern that looks ahead',
      { patternProperties: { '(?=a)': false } },
      'lookarounds are not supported',
    ],
    [
      'that is somewhere else',
      { $ref: 'http://127.0.0.1:1/a.json' },
      "can't resolve reference http://127.0.0.1:1/a.json",
    ],
    ['that is in a file', { $ref: 'file:///etc/passwd' }, "can't resolve reference file:///etc/passwd"],
    ['that refers to what is not there', { $ref: '#/definitions/a' }, "can't resolve reference #/definitions/a"],
    [
      'of a draft that nobody knows',
      { $schema: 'http://example.com/own' },
      'unknown "$schema": "http://example.com/own"',
    ],
    ['that is too deep', deep(80), 'a schema must not be deeper than 64 levels'],
    [
      'that is too large',
      { enum: Array.from({ length: 20_001 }, (_, i) => i) },
      'a schema must not hold more than 20000',
    ],
  ])('%s', (_case, schema, message) => {
    expect(checkJsonSchema(schema)).toContain(message);
  });

  function deep(levels: number): object {
    return levels === 0 ? {} : { properties: { a: deep(levels - 1) } };
  }
});

// Clients compare these texts.
test.each([
  [{ required: ['a'] }, {}, 'property "a" is required'],
  [
    { properties: { a: { type: 'string' } } },
    { a: 1 },
    'property "a" validation failed: wrong type: expected string, got number',
  ],
  [{ type: 'string' }, null, 'wrong type: expected string, got userdata'],
  [{ type: ['string', 'array'] }, {}, 'wrong type: expected one of string, array, got table'],
  [{ minLength: 2 }, 'é', 'string too short, expected at least 2, got 1'],
  [{ maxLength: 2 }, 'abc', 'string too long, expected at most 2, got 3'],
  [{ pattern: '^a$' }, 'b', 'failed to match pattern "^a$" with "b"'],
  [{ format: 'ipv4' }, '1.2', 'expect valid ipv4 format but got: 1.2'],
  [{ enum: [1] }, 2, 'matches none of the enum values'],
  [{ const: 1 }, 2, 'failed to check const value'],
  [{ minimum: 1 }, 0.5, 'expected 0.5 to be at least 1'],
  [{ exclusiveMaximum: 1 }, 1, 'expected 1 to be smaller than 1'],
  [{ multipleOf: 2 }, 3, 'expected 3 to be a multiple of 2'],
  [{ minItems: 1 }, [], 'expect array to have at least 1 items'],
  [{ items: { type: 'string' } }, ['a', 1], 'failed to validate item 2: wrong type: expected string, got number'],
  [{ uniqueItems: true }, [1, 2, 1], 'expected unique items but items 1 and 3 are equal'],
  [{ contains: { const: 1 } }, [2], 'failed to check contains'],
  [{ minProperties: 1 }, {}, 'expect object to have at least 1 properties'],
  [{ additionalProperties: false }, { a: 1 }, 'additional properties forbidden, found a'],
  [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, 'the name "ab" is not allowed'],
  [{ dependencies: { a: ['b'] } }, { a: 1 }, 'property "b" is required when "a" is set'],
  [{ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, {}, 'object matches none of the required: ["a"] or ["b"]'],
  [{ oneOf: [{ type: 'string' }] }, 1, 'value should match only one schema, but matches none'],
  [{ oneOf: [true, true] }, 1, 'value should match only one schema, but matches both schemas 1 and 2'],
  [{ not: {} }, 1, "value wasn't supposed to match schema"],
  [{ if: {}, then: { type: 'string' } }, 1, 'wrong type: expected string, got number'],
  [
    { properties: { a: { properties: { 'b/c': false } } } },
    { a: { 'b/c': 1 } },
    'property "a" validation failed: property "b/c" validation failed: no value is allowed here',
  ],
])('%j says of %j: %s', (schema, value, message) => {
  expect(problem(schema, value)).toBe(message);
});

describe('a value is accepted', () => {
  test.each([
    [
      { $ref: '#/definitions/node', definitions: { node: { properties: { next: { $ref: '#/definitions/node' } } } } },
      { next: { next: {} } },
    ],
    [{ $schema: 'http://json-schema.org/draft-04/schema#', id: 'http://a/b', minimum: 1, exclusiveMinimum: true }, 1.5],
    [{ $schema: 'http://json-schema.org/draft-06/schema#', const: 1 }, 1],
    [
      { $schema: 'https://json-schema.org/draft/2019-09/schema', dependentRequired: { a: ['b'] } },
      { a: 1, b: 1 },
    ],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'string' }] }, ['a', 1]],
    [{ format: 'of my own', 'x-mine': 1 }, 'anything'],
    [{ pattern: '[\\w-.]' }, 'a'],
    [true, 1],
  ])('%j takes %j', (schema, value) => {
    expect(problem(schema, value)).toBeUndefined();
  });

  test.each([
    [
      { $schema: 'http://json-schema.org/draft-04/schema#', minimum: 1, exclusiveMinimum: true },
      1,
      'expected 1 to be greater than 1',
    ],
    [
      { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'string' }] },
      [1],
      'failed to validate item 1',
    ],
  ])('but where the draft has a rule, it holds: %j, %j', (schema, value, message) => {
    expect(problem(schema, value)).toContain(message);
  });
});

describe('a client cannot', () => {
  test('meet a requirement by what every object inherits', () => {
    expect(problem({ required: ['toString'] }, {})).toBe('property "toString" is required');
    expect(problem({ properties: { constructor: { type: 'string' } } }, {})).toBeUndefined();
  });

  test('hold the process up with a pattern', () => {
    expect(problem({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)).toContain('failed to match pattern');
  });

  test('break the check by depth', () => {
    const schema = {
      $ref: '#/definitions/n',
      definitions: { n: { type: 'array', items: { $ref: '#/definitions/n' } } },
    };
    const value: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
    expect(problem(schema, value)).toBe('nested too deeply');
  });

  test('make a refusal long', () => {
    expect(problem({ pattern: '^a$' }, 'x'.repeat(10_000))?.length).toBeLessThan(200);
  });

  test('be let in by a schema that asks for a later answer', () => {
    expect(problem({ $async: true, type: 'string' }, 1)).toBe('wrong type: expected string, got number');
  });

  test('put a prototype in by a default', () => {
    const schema: unknown = JSON.parse('{"properties":{"__proto__":{"default":{"polluted":1}},"a":{"default":2}}}');
    const value: Record<string, unknown> = {};
    problem(schema, value);
    expect(value['polluted']).toBeUndefined();
    expect(value['a']).toBe(2);
  });
});

test('defaults are filled into the value, nothing is coerced, and the schema says whether it has any', () => {
  const withDefaults = compileJsonSchema({ properties: { a: { default: 1 }, b: { type: 'integer' } } });
  const value = {};
  expect([withDefaults.check(value), withDefaults.fillsDefaults, value]).toEqual([undefined, true, { a: 1 }]);
  expect(withDefaults.check({ b: '1' })).toContain('expected integer, got string');
  expect(compileJsonSchema({ properties: { default: {} } }).fillsDefaults).toBe(false);
});

test('equal schemas are compiled once, and those that call themselves the same do not meet', () => {
  expect(compileJsonSchema({ type: 'string' })).toBe(compileJsonSchema({ type: 'string' }));
  expect(problem({ $id: 'http://a/b', type: 'string' }, 1)).toContain('expected string');
  expect(problem({ $id: 'http://a/b', type: 'number' }, 1)).toBeUndefined();
});

import { Ajv2019 as Ajv } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import Type, { type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { pluginMetaSchema } from '../define/plugin-meta.ts';
import { choice } from '../defs/choice.ts';
import { Cidr, Host } from '../defs/network.ts';
import { copyJson, equalJson } from '../json/json-value.ts';
import { kinds } from '../kinds/registry.ts';
import { check, withDefaults } from './check.ts';
import { ValueGenerator } from './value-generator.ts';

// Shaped like the schemas of plugins, which use keywords that kinds do not.
const pluginShapes: Readonly<Record<string, TSchema>> = {
  'a counter with a shared store': Type.Object(
    {
      count: Type.Integer({ exclusiveMinimum: 0 }),
      time_window: Type.Unsafe({
        oneOf: [
          { type: 'integer', exclusiveMinimum: 0 },
          { type: 'string', minLength: 3 },
        ],
      }),
      policy: choice(['local', 'redis', 'redis-cluster'], { default: 'local' }),
      group: Type.Optional(Type.String()),
    },
    {
      if: { properties: { policy: { enum: ['redis'] } } },
      then: { properties: { redis_host: { type: 'string', minLength: 2 } }, required: ['redis_host'] },
      else: {
        if: { properties: { policy: { enum: ['redis-cluster'] } } },
        then: {
          properties: { redis_nodes: { type: 'array', items: { type: 'string' }, minItems: 1 } },
          required: ['redis_nodes'],
        },
      },
    },
  ),
  'a list of addresses, one way or the other': Type.Object(
    {
      whitelist: Type.Optional(Type.Array(Cidr, { minItems: 1 })),
      blacklist: Type.Optional(Type.Array(Cidr, { minItems: 1, maxItems: 2 })),
      message: Type.String({ default: 'no', minLength: 1, maxLength: 8 }),
    },
    { oneOf: [{ required: ['whitelist'] }, { required: ['blacklist'] }] },
  ),
  'keywords that are rare': Type.Object(
    {
      step: Type.Optional(Type.Number({ multipleOf: 0.5, exclusiveMaximum: 2 })),
      layers: Type.Optional(Type.Unsafe({ type: 'array', contains: { const: 'a' }, maxItems: 4 })),
      pair: Type.Optional(
        Type.Unsafe({ type: 'array', items: [{ type: 'string' }, { type: 'integer' }], additionalItems: false }),
      ),
      either: Type.Optional(Type.Unsafe({ type: ['string', 'integer', 'null'], not: { enum: ['', 0] } })),
      headers: Type.Optional(
        Type.Unsafe({
          type: 'object',
          minProperties: 1,
          maxProperties: 2,
          additionalProperties: { type: ['string', 'number'] },
        }),
      ),
      host: Type.Optional(Host),
    },
    {
      dependentRequired: { step: ['host'] },
      dependencies: { pair: { required: ['either'] }, layers: ['headers'] },
      minProperties: 1,
    },
  ),
};

const schemas: readonly (readonly [string, TSchema])[] = [
  ...[...kinds.values()].map((kind) => [kind.name, kind.schema] as const),
  ['_meta', pluginMetaSchema],
  ...Object.entries(pluginShapes),
];

const rounds = 4000;
/** Ajv fills defaults only after it has looked into branches, so that the second look is the one that counts. */
function verdictOf(oracle: (value: unknown) => unknown, value: unknown): boolean {
  const filled = copyJson(value);
  oracle(filled);
  return oracle(filled) === true;
}

test.each(schemas)('%s accepts and refuses the same values as Ajv does', (_name, schema) => {
  const ajv = new Ajv({ strict: false, useDefaults: true, unicodeRegExp: false, allErrors: true });
  formats.default(ajv);
  const oracle = ajv.compile(JSON.parse(JSON.stringify(schema)));
  const generator = new ValueGenerator(20_260_820);
  const verdicts = { true: 0, false: 0 };
  for (let i = 0; i < rounds; i += 1) {
    let value = generator.valueFor(schema);
    for (let changes = i % 3; changes > 0; changes -= 1) value = generator.mutated(value);
    const expected = verdictOf(oracle, value);
    const issue = check(schema, value);
    if ((issue === undefined) !== expected)
      expect.fail(`${JSON.stringify(value)}: Ajv ${expected}, here ${issue?.message}`);
    verdicts[`${expected}`] += 1;
  }
  // A generator that only makes one sort of value would prove nothing.
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(rounds / 50);
});

test.each(schemas)(
  '%s: what is filled with defaults is as valid as before, and filling again changes nothing',
  (_name, schema) => {
    const generator = new ValueGenerator(7);
    for (let i = 0; i < 500; i += 1) {
      const value = generator.valueFor(schema);
      const before = copyJson(value);
      const filled = withDefaults(schema, value);
      expect(equalJson(value, before)).toBe(true);
      if (check(schema, value) !== undefined) continue;
      expect(check(schema, filled)).toBeUndefined();
      expect(equalJson(withDefaults(schema, filled), filled)).toBe(true);
    }
  },
);

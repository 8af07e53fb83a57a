import { resolve } from 'node:path';
import { definePluginSchema, type Difference, type PluginSchema, Type } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { readFamilies } from '../catalogue/read-families.ts';
import { readWorkspace } from '../projects/read-workspace.ts';
import { comparePlugin, undeclaredDifferences } from './compare-plugin.ts';
import { fieldFacts } from './field-facts.ts';
import { factsOfPlugin, readReferenceFacts } from './plugin-facts.ts';

const workspace = readWorkspace(resolve(import.meta.dirname, '../../../..'));
const plugins = (await readFamilies(workspace)).flatMap(({ schemas }) => schemas);
const { origin, plugins: references } = readReferenceFacts();

test('the facts name the release that they are of, and know all of its plugins', () => {
  expect(origin).toMatch(/^Apache APISIX \d+\.\d+ schemas$/);
  expect(references.length).toBeGreaterThan(120);
  expect(new Set(references.map(({ name, subsystem }) => `${subsystem} ${name}`)).size).toBe(references.length);
});

describe.each(plugins)('$name', (plugin) => {
  const { name, subsystems } = plugin;
  const same = references.filter((reference) => reference.name === name && subsystems.includes(reference.subsystem));

  test('says why it differs from the plugin of that name in APISIX, field by field, and says nothing else', () => {
    expect(undeclaredDifferences(plugin, same)).toEqual([]);
  });
});

const words = { category: 'test', title: 'Test', description: 'For tests.' };
const config = Type.Object({
  count: Type.Integer({ minimum: 1, default: 5 }),
  policy: Type.Unsafe({ type: 'string', enum: ['a', 'b'] }),
  nodes: Type.Optional(Type.Array(Type.Object({ host: Type.String() }))),
});
const plain = definePluginSchema({ ...words, name: 'sample', priority: 7, config, secrets: { config: ['policy'] } });
const reference = factsOfPlugin(plain);
const sample = (
  change: Partial<PluginSchema>,
  differences: Readonly<Record<string, Difference>> = {},
): PluginSchema => ({
  ...plain,
  ...change,
  differences,
});

test.each<[string, Partial<PluginSchema>, string]>([
  ['a priority', { priority: 8 }, 'priority is different and nobody says why: `8` instead of `7`'],
  ['a type', { type: 'auth' }, 'type is different'],
  ['a field that is not there', { config: Type.Omit(config, ['policy']) }, 'policy is missing and nobody says why'],
  ['a field too many', { config: Type.Object({ ...config.properties, more: Type.Null() }) }, 'more is added'],
  ['a schema that is not there', { consumer: Type.Object({ key: Type.String() }) }, 'consumer/key is added'],
  ['a secret in plain', { secrets: { config: [], consumer: [], metadata: [] } }, 'encrypted/policy is different'],
])('%s is a difference that has to be declared', (_what, change, problem) => {
  expect(undeclaredDifferences(sample(change), [reference])).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ['a default', { count: Type.Integer({ minimum: 1, default: 6 }) }, 'default `6` instead of `5`'],
  ['a limit', { count: Type.Integer({ minimum: 0, default: 5 }) }, 'minimum `0` instead of `1`'],
  ['a type', { count: Type.Number({ minimum: 1, default: 5 }) }, 'type `"number"` instead of `"integer"`'],
  ['a word', { policy: Type.Unsafe({ type: 'string', enum: ['a'] }) }, 'enum `["a"]` instead of `["a","b"]`'],
  ['what must be there', { policy: Type.Optional(config.properties.policy) }, 'required none instead of `true`'],
  ['a field of an item', { nodes: Type.Optional(Type.Array(Type.Object({ host: Type.Integer() }))) }, 'nodes[].host'],
])('%s of a field is a difference', (_what, change, problem) => {
  const other = sample({ config: Type.Object({ ...config.properties, ...change } as never) });
  expect(undeclaredDifferences(other, [reference]).join('\n')).toContain(problem);
});

test('a declared difference is shown with its reason, and is one no longer when it has gone', () => {
  const declared = sample({ priority: 8 }, { priority: 'It is later.' });
  expect(undeclaredDifferences(declared, [reference])).toEqual([]);
  expect(comparePlugin(declared, reference).find(({ path }) => path === 'priority')?.reason).toBe('It is later.');
  expect(undeclaredDifferences({ ...declared, priority: 7 }, [reference])).toEqual([
    'priority is declared as a difference and is none',
  ]);
});

test('another meaning is declared of a field that looks the same, and of no other', () => {
  expect(undeclaredDifferences(sample({}, { policy: { meaning: 'Another.' } }), [reference])).toEqual([]);
  expect(undeclaredDifferences(sample({}, { policy: 'Another.' }), [reference])).toHaveLength(1);
  expect(undeclaredDifferences(sample({}, { nothing: { meaning: 'Another.' } }), [reference])).toHaveLength(1);
});

test('what says the same in other words is the same', () => {
  const one = {
    type: 'object',
    properties: {
      a: { type: 'integer', exclusiveMinimum: 0 },
      b: { anyOf: [{ enum: ['y'] }, { enum: ['x'] }] },
      c: { type: 'array', default: {} },
      d: { type: 'string', minLength: 0, default: 'x' },
      e: { type: ['string', 'integer'] },
    },
    required: ['d'],
  };
  const other = {
    type: 'object',
    properties: {
      a: { type: 'integer', minimum: 1 },
      b: { type: 'string', enum: ['x', 'y'] },
      c: { type: 'array', default: [] },
      d: { type: 'string', default: 'x' },
      e: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
    },
  };
  expect(fieldFacts(one)).toEqual(fieldFacts(other));
});

test('fields of branches are known, and not required', () => {
  const schema = {
    type: 'object',
    properties: { policy: { type: 'string' } },
    if: { properties: { policy: { const: 'redis' } } },
    then: { properties: { host: { type: 'string' } }, required: ['host'] },
    dependencies: { policy: { oneOf: [{ properties: { port: { const: 1 } } }] } },
  };
  expect(Object.fromEntries(fieldFacts(schema))).toEqual({
    policy: { type: 'string' },
    host: { type: 'string' },
    port: { enum: [1] },
  });
});

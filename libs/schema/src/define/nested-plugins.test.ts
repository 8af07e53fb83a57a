import Type from 'typebox';
import { expect, test } from 'vitest';
import { checkPluginConfig, checkPlugins } from './check-plugins.ts';
import { definePluginSchema, type PluginSchema } from './plugin-schema.ts';

const words = { category: 'test', priority: 1, title: 'Test', description: 'For tests.' };

const inner = definePluginSchema({
  ...words,
  name: 'inner',
  config: Type.Object({ count: Type.Integer({ minimum: 1 }) }),
});

/** Runs another plugin, which it names. */
const outer = definePluginSchema({
  ...words,
  name: 'outer',
  config: Type.Object({ run: Type.String(), config: Type.Unsafe<Record<string, unknown>>({ type: 'object' }) }),
  extraChecks({ run, config }, hooks) {
    const plugin = hooks?.plugin?.(run);
    if (!plugin) return `unsupported action: ${run}`;
    const problem = checkPluginConfig(plugin, config, hooks);
    return problem && `failed to validate the '${run}' action: ${problem}`;
  },
});

const lookup = (name: string): PluginSchema | undefined => ({ inner, outer })[name];
const problemOf = (run: string, config: object) => checkPlugins({ outer: { run, config } }, lookup, 'config')?.message;

test('a plugin that runs another one refuses what this build does not have', () => {
  expect(problemOf('nobody', {})).toContain('unsupported action: nobody');
});

test('a configuration inside another one is checked by the rules that it would meet on its own', () => {
  expect(problemOf('inner', { count: 0 })).toContain('failed to validate the \'inner\' action: property "count"');
  expect(problemOf('inner', { count: 1, _meta: { disable: 'yes' } })).toContain('property "_meta" validation failed');
  expect(problemOf('inner', { count: 1 })).toBeUndefined();
});

import { globSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkPlugins, type PluginSchema } from '@sluice/schema';
import { expect, test } from 'vitest';
import { bareLoad, pluginLoads, unmeasured } from './plugin-loads.ts';

const root = resolve(import.meta.dirname, '../../..');
const plugins = globSync('libs/plugins/*/src/*/schema.ts', { cwd: root }).map((file) => basename(dirname(file)));
const loads = pluginLoads('127.0.0.1:1980');

const schemas = new Map<string, PluginSchema>();
for (const file of globSync('libs/plugins/*/src/schemas.ts', { cwd: root })) {
  const family = (await import(pathToFileURL(resolve(root, file)).href)) as { schemas: readonly PluginSchema[] };
  for (const schema of family.schemas) schemas.set(schema.name, schema);
}

test('each load is a configuration that a gateway takes', () => {
  const problems = loads.map((load) => checkPlugins(load.plugins, (name) => schemas.get(name), 'config')?.message);
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

test('every plugin has a load, or there is a reason why not', () => {
  const measured = new Set(loads.flatMap((load) => Object.keys(load.plugins)));
  expect(plugins.length).toBeGreaterThan(30);
  expect(plugins.filter((name) => !measured.has(name) && !Object.hasOwn(unmeasured, name))).toEqual([]);
});

test('what is not measured is a plugin that has no load', () => {
  const measured = new Set(loads.flatMap((load) => Object.keys(load.plugins)));
  expect(Object.keys(unmeasured).filter((name) => !plugins.includes(name) || measured.has(name))).toEqual([]);
});

test('each load has a name of its own, and is compared with one that is there', () => {
  const names = [bareLoad, ...loads].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(loads.filter(({ base }) => base !== undefined && !names.includes(base))).toEqual([]);
});

import { globSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, checkPluginsOf, type KindName, kinds, type PluginSchema, type ResourceKind } from '@sluice/schema';
import { expect, test } from 'vitest';
import { bareLoad, pluginLoads, unmeasured } from './plugin-loads.ts';
import { loadResources } from './plugin-routes.ts';

const root = resolve(import.meta.dirname, '../../..');
const plugins = globSync('libs/plugins/*/src/*/schema.ts', { cwd: root }).map((file) => basename(dirname(file)));
const node = '127.0.0.1:1980';
const loads = pluginLoads(node);
const measured = new Set(loads.flatMap((load) => Object.keys(load.plugins)));

const schemas = new Map<string, PluginSchema>();
for (const file of globSync('libs/plugins/*/src/schemas.ts', { cwd: root })) {
  const family = (await import(pathToFileURL(resolve(root, file)).href)) as { schemas: readonly PluginSchema[] };
  for (const schema of family.schemas) schemas.set(schema.name, schema);
}

test('the configuration of all loads is one that a gateway takes', () => {
  const problems = loadResources(loads, node).map(({ kind: name, value }) => {
    const kind = kinds.get(name as KindName) as ResourceKind;
    return (check(kind.schema, value) ?? checkPluginsOf(kind, value, (plugin) => schemas.get(plugin)))?.message;
  });
  expect(problems.length).toBeGreaterThan(loads.length);
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

test('every plugin has a load, or there is a reason why not', () => {
  expect(plugins.length).toBeGreaterThan(30);
  expect(plugins.filter((name) => !measured.has(name) && !Object.hasOwn(unmeasured, name))).toEqual([]);
});

test('what is not measured is a plugin that has no load', () => {
  expect(Object.keys(unmeasured).filter((name) => !plugins.includes(name) || measured.has(name))).toEqual([]);
});

test('each load has a name of its own, and is compared with one that is there', () => {
  const names = [bareLoad, ...loads].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(loads.filter(({ base }) => base !== undefined && !names.includes(base))).toEqual([]);
});

import { expect, test } from 'vitest';
import type { Plugin } from '../../api/types.ts';
import { familiesOf, findPlugins, pluginsFor } from './find-plugins.ts';
import { switched } from './switched.ts';

const plugin = (name: string, category: string, description: string): Plugin => ({
  name,
  category,
  description,
  title: name,
  priority: 1,
  version: '0.1',
  schema: {},
  secrets: { config: [], consumer: [] },
});
const plugins = [
  plugin('proxy-rewrite', 'transform', 'Changes requests before a limit is counted.'),
  plugin('limit-count', 'traffic', 'Refuses what is too much.'),
  plugin('key-auth', 'auth', 'Asks for a key.'),
];
const names = (search: string, category: string | null = null) =>
  findPlugins(plugins, search, category).map(({ name }) => name);

test('every word must match somewhere, and names come first', () => {
  expect(names('limit')).toEqual(['limit-count', 'proxy-rewrite']);
  expect(names('limit much')).toEqual(['limit-count']);
  expect(names('limit', 'transform')).toEqual(['proxy-rewrite']);
  expect(names('nothing of this')).toEqual([]);
});

test('switching a plugin off keeps its configuration, and switching it on leaves no trace', () => {
  const off = switched({ key: 'k', _meta: { priority: 1 } }, false);

  expect(off).toEqual({ key: 'k', _meta: { priority: 1, disable: true } });
  expect(switched(off, true)).toEqual({ key: 'k', _meta: { priority: 1 } });
  expect(switched(switched({}, false), true)).toEqual({});
});

test('a kind offers only the plugins that it may have', () => {
  const plugins = [
    { ...plugin('auth', 'auth', ''), type: 'auth', subsystems: ['http'] },
    { ...plugin('both', 'traffic', ''), subsystems: ['http', 'stream'] },
    plugin('old', 'traffic', ''),
  ];
  const namesFor = (kind: Parameters<typeof pluginsFor>[0]) => pluginsFor(kind, plugins).map(({ name }) => name);

  expect(namesFor({ plugin_door: 'consumer', plugin_type: 'auth' })).toEqual(['auth']);
  expect(namesFor({ plugin_door: 'stream' })).toEqual(['both']);
  expect(namesFor({ plugin_door: 'config', plugin_type: null })).toEqual(['auth', 'both', 'old']);
});

test('plugins stand under their families, and what a search found in the order of how well it fits', () => {
  expect(familiesOf(plugins, ' ').map(({ family, members }) => [family, members.length])).toEqual([
    ['auth', 1],
    ['traffic', 1],
    ['transform', 1],
  ]);
  expect(familiesOf(findPlugins(plugins, 'limit', null), 'limit')).toEqual([
    { family: '', members: [plugins[1], plugins[0]] },
  ]);
});

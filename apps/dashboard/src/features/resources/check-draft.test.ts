import { expect, test } from 'vitest';
import type { Kind, Plugin } from '../../api/types.ts';
import { checkDraft } from './check-draft.ts';
import { copyOf, idOf, missingId, nestedId } from './draft.ts';

const kind: Kind = {
  name: 'widget',
  plural: 'widgets',
  label: 'widget',
  title: 'Widget',
  id_field: 'id',
  methods: ['GET', 'PUT'],
  references: {},
  plugin_door: 'consumer',
  schema: { type: 'object', properties: { id: { type: 'string' }, plugins: { type: 'object' } }, required: ['id'] },
};
const plugin: Plugin = {
  name: 'key-auth',
  title: 'Keys',
  description: '',
  category: 'auth',
  priority: 1,
  version: '0.1',
  schema: { type: 'object' },
  consumer_schema: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] },
  secrets: { config: [], consumer: ['key'] },
};
const check = (draft: Record<string, unknown>) => checkDraft(kind, [plugin], draft);

test('a kind that chooses no ids needs one, and says so once', () => {
  expect(check({})).toEqual([{ path: '/id', message: 'This kind needs an id of your choice.' }]);
});

test('a plugin is checked by what this kind says to it', () => {
  expect(check({ id: 'a', plugins: { 'key-auth': {} } })).toEqual([
    { path: '/plugins/key-auth/key', message: 'This field is required.' },
  ]);
});

test('a plugin that is switched off may be unfinished', () => {
  expect(check({ id: 'a', plugins: { 'key-auth': { _meta: { disable: true } } } })).toEqual([]);
});

test('what every plugin may say is checked as well', () => {
  const [issue] = check({ id: 'a', plugins: { 'key-auth': { key: 'k', _meta: { priority: 'high' } } } });

  expect(issue?.path).toBe('/plugins/key-auth/_meta/priority');
});

test('a plugin that this page does not know is left to the control plane', () => {
  expect(check({ id: 'a', plugins: { tomorrow: { any: 'thing' } } })).toEqual([]);
});

test('a copy has everything but what makes the original that one resource', () => {
  const value = { id: 'a', name: 'A', create_time: 1, update_time: 2, plugins: {} };

  expect(copyOf({ kind: 'widget', id: 'a', value, created_revision: 1, modified_revision: 1 }, kind)).toEqual({
    name: 'A',
    plugins: {},
  });
});

test('what is made inside another resource has the id of that before its own, and needs one', () => {
  const inside = { ...kind, methods: ['GET', 'PUT', 'POST'], parent: { kind: 'box', field: null }, within: 'jack' };

  expect(idOf({ id: 'c1' }, inside)).toBe('jack/c1');
  expect(missingId({}, inside)).toBeDefined();
  expect(nestedId(inside, 'jack/c1')).toEqual({ parent: 'jack', own: 'c1' });
  expect(nestedId(kind, 'vault/1')).toBeUndefined();
});

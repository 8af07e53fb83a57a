import { expect, test } from 'vitest';
import type { Kind, Plugin } from '../../api/types.ts';
import { describePointer } from '../../schema-form/issues.ts';
import { checkDraft } from './check-draft.ts';
import { shapeOf, withPluginChoice, withPluginFields } from './kind-shape.ts';

const metadata: Kind = {
  name: 'plugin_metadata',
  plural: 'plugin_metadata',
  label: 'plugin metadata',
  title: 'Plugin metadata',
  id_field: 'id',
  methods: ['GET', 'PUT'],
  references: {},
  plugin_door: null,
  schema: { type: 'object', properties: { id: { type: 'string', title: 'Plugin' } }, additionalProperties: true },
};
const route: Kind = {
  ...metadata,
  name: 'route',
  plugin_door: 'config',
  schema: { type: 'object', properties: { plugins: { type: 'object', title: 'Plugins' } } },
};
const logger: Plugin = {
  name: 'http-logger',
  title: 'HTTP logger',
  description: '',
  category: 'loggers',
  priority: 1,
  version: '0.1',
  schema: { type: 'object', properties: { uri: { type: 'string', title: 'Address' } }, required: ['uri'] },
  metadata_schema: { type: 'object', properties: { max_pending: { type: 'integer', title: 'Waiting entries' } } },
  secrets: { config: [], consumer: [], metadata: ['token'] },
};
const other: Plugin = { ...logger, name: 'key-auth', secrets: { config: [], consumer: [] } };
const { metadata_schema: _none, ...keyAuth } = other;
const plugins = [logger, keyAuth];

test('metadata that does not fit its plugin is told beside the field, before anything is sent', () => {
  const issues = checkDraft(metadata, plugins, { id: 'http-logger', max_pending: 'many' });

  expect(issues.map(({ path }) => path)).toEqual(['/max_pending']);
});

test('the fields and secrets of metadata are those of the plugin that it is for', () => {
  const { schema, secrets } = shapeOf(metadata, plugins, { id: 'http-logger' });

  expect(Object.keys(schema['properties'] as object)).toEqual(['id', 'max_pending']);
  expect(secrets).toEqual(['token']);
});

test('metadata of a plugin that tells nothing of it stays free, and other kinds stay as they are', () => {
  expect(shapeOf(metadata, plugins, { id: 'key-auth' })).toBe(metadata);
  expect(shapeOf(metadata, plugins, {})).toBe(metadata);
  expect(shapeOf(route, plugins, { id: 'http-logger' })).toBe(route);
});

test('new metadata is for one of the plugins that have some', () => {
  const { id } = withPluginChoice(metadata, plugins).schema['properties'] as { id: { enum?: unknown } };

  expect(id.enum).toEqual(['http-logger']);
  expect(withPluginChoice(route, plugins)).toBe(route);
});

test('a field of a plugin is named in words, not by its path', () => {
  expect(describePointer(withPluginFields(route, plugins), '/plugins/http-logger/uri')).toBe(
    'Plugins › HTTP logger › Address',
  );
  expect(describePointer(withPluginFields(route, plugins), '/plugins/stranger/uri')).toBe('Plugins › stranger › uri');
});

import { expect, test } from 'vitest';
import { pluginAttributes } from './plugin-attributes.ts';

test('plugins that write files know the data folder, and keep what the settings say about them', () => {
  const other = { prometheus: { metric_prefix: 'edge_' } };
  expect(pluginAttributes({ data_dir: '/data', plugin_attr: other })).toEqual({
    ...other,
    'file-logger': { data_dir: '/data' },
  });
  const plugin_attr = { 'file-logger': { directories: ['/var/log/x'], data_dir: '/elsewhere' } };
  expect(pluginAttributes({ data_dir: '/data', plugin_attr })).toEqual(plugin_attr);
});

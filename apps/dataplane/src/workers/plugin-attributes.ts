import type { SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from '../config/settings.ts';

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Plugins that keep files below the data folder, unless their attributes name other places. */
const fileWriters = ['file-logger'] as const;

/** What the settings say about plugins, by plugin; those that write files learn of the data folder besides. */
export function pluginAttributes({
  plugin_attr: attributes,
  data_dir: folder,
}: Pick<SettingsValues<typeof dataPlaneSettings>, 'plugin_attr' | 'data_dir'>): Attributes {
  const places = fileWriters.map((name) => [name, { data_dir: folder, ...attributes[name] }] as const);
  return { ...attributes, ...Object.fromEntries(places) };
}

import type { Kind, Plugin } from '../../api/types.ts';

/** The plugins that resources of a kind may have. */
export function pluginsFor(kind: Pick<Kind, 'plugin_door' | 'plugin_type'>, plugins: readonly Plugin[]): Plugin[] {
  const subsystem = kind.plugin_door === 'stream' ? 'stream' : 'http';
  return plugins.filter(
    ({ type, subsystems = ['http'] }) =>
      subsystems.includes(subsystem) && (!kind.plugin_type || type === kind.plugin_type),
  );
}

/** Plugins under the names of their families; what a search found stays in its own order, the best first, under no name. */
export function familiesOf(
  plugins: readonly Plugin[],
  search: string,
): readonly { readonly family: string; readonly members: readonly Plugin[] }[] {
  if (search.trim() !== '') return [{ family: '', members: plugins }];
  const families = Map.groupBy(plugins, ({ category }) => category);
  return [...families]
    .map(([family, members]) => ({ family, members }))
    .toSorted((a, b) => a.family.localeCompare(b.family));
}

/** The plugins that match every word of a search, those whose name matches first. */
export function findPlugins(plugins: readonly Plugin[], search: string, category: string | null): Plugin[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isNamed = ({ name }: Plugin) => words.every((word) => name.includes(word));
  const matches = (plugin: Plugin) => {
    const text = `${plugin.name} ${plugin.title} ${plugin.description} ${plugin.category}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return plugins
    .filter((plugin) => (category === null || plugin.category === category) && matches(plugin))
    .toSorted((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || a.name.localeCompare(b.name));
}

import type { Plugin } from '../../api/types.ts';

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

import { kinds, metadataFallbacks, pointerKeys, type PluginSchema } from '@sluice/schema';
import type { ConfigFile, FileProblem } from '@sluice/sync/file';

/** Fields that plugins leave to their metadata, which does not have them either. */
export function unsetFields(
  { resources, lineOf }: Pick<ConfigFile, 'resources' | 'lineOf'>,
  lookup: (plugin: string) => PluginSchema | undefined,
): FileProblem[] {
  const metadata = new Map(
    resources.flatMap(({ kind, id, value }) => (kind === 'plugin_metadata' ? [[id, value]] : [])),
  );
  return resources.flatMap(({ kind: name, value, keys }) => {
    const kind = kinds.get(name);
    const fallbacks = kind ? metadataFallbacks(kind, value['plugins'], lookup) : [];
    return fallbacks
      .filter(({ plugin, field }) => metadata.get(plugin)?.[field] === undefined)
      .map(({ pointer, refusal }) => {
        const place = [...keys, ...pointerKeys(pointer)];
        return { message: refusal, line: lineOf(place), path: place.join('.') };
      });
  });
}

import { isJsonObject } from '../json/json-value.ts';
import { pointerOf } from '../json/pointer.ts';
import type { ResourceKind } from './kind.ts';
import { isSwitchedOff } from './plugin-meta.ts';
import type { PluginSchema } from './plugin-schema.ts';

/** A field that a plugin of a resource leaves to the metadata of the plugin, which then has to have it. */
export interface MetadataFallback {
  readonly plugin: string;
  readonly field: string;
  /** Pointer in the resource to where the field could stand. */
  readonly pointer: string;
  /** The whole answer where the metadata does not have it. */
  readonly refusal: string;
}

/** What the plugins of a resource leave to their metadata; nothing for those that are switched off. */
export function metadataFallbacks(
  { pluginDoor }: Pick<ResourceKind, 'pluginDoor'>,
  plugins: unknown,
  lookup: (plugin: string) => PluginSchema | undefined,
): MetadataFallback[] {
  if (pluginDoor === null || !isJsonObject(plugins)) return [];
  return Object.entries(plugins).flatMap(([plugin, config]) => {
    if (!isJsonObject(config) || isSwitchedOff(config)) return [];
    return Object.entries(lookup(plugin)?.metadataFallbacks ?? {})
      .filter(([field]) => config[field] === undefined)
      .map(([field, why]) => ({
        plugin,
        field,
        pointer: pointerOf(['plugins', plugin, field]),
        refusal: `failed to check the configuration of plugin ${plugin} err: ${why}`,
      }));
  });
}

import type { JsonSchema, Kind, Plugin } from './types.ts';

/** What a plugin's configuration must look like in one kind of resource. */
export interface PluginDoor {
  readonly schema: JsonSchema;
  /** Dotted patterns of secret fields. */
  readonly secrets: readonly string[];
}

/** The schema by which a kind configures a plugin: consumers say who they are, everything else how the plugin works. */
export function pluginDoor(plugin: Plugin, kind: Pick<Kind, 'plugin_door'>): PluginDoor {
  if (kind.plugin_door !== 'consumer' || !plugin.consumer_schema) {
    return { schema: plugin.schema, secrets: plugin.secrets.config };
  }
  return { schema: plugin.consumer_schema, secrets: plugin.secrets.consumer };
}

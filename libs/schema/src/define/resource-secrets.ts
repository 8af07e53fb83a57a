import { isJsonObject } from '../json/json-value.ts';
import { secretPointers } from '../json/redaction.ts';
import type { ResourceKind } from './kind.ts';
import type { PluginSchema } from './plugin-schema.ts';

type PluginLookup = (name: string) => PluginSchema | undefined;

/** Pointers of every secret in a resource: those that its kind declares, and those that its plugins do. */
export function resourceSecrets(kind: ResourceKind, value: unknown, lookup: PluginLookup): string[] {
  return secretPointers(value, secretPatterns(kind, value, lookup));
}

/** Patterns of the places where a resource may have secrets, by its kind and by the plugins that it has. */
export function secretPatterns(kind: ResourceKind, value: unknown, lookup: PluginLookup): string[] {
  const metadata = kind.name === 'plugin_metadata' && isJsonObject(value) ? lookup(String(value['id'])) : undefined;
  if (metadata) return [...kind.secrets, ...metadata.secrets.metadata];
  const plugins = isJsonObject(value) && isJsonObject(value['plugins']) ? Object.keys(value['plugins']) : [];
  const patterns = plugins.flatMap((name) => {
    const plugin = lookup(name);
    if (!plugin) return [];
    const isConsumer = kind.pluginDoor === 'consumer' && plugin.consumer !== undefined;
    const declared = isConsumer ? plugin.secrets.consumer : plugin.secrets.config;
    return declared.map((pattern) => `plugins.${name}.${pattern}`);
  });
  return [...kind.secrets, ...patterns];
}

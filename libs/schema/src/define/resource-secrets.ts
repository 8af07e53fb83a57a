import { isJsonObject } from '../json/json-value.ts';
import { secretPointers } from '../json/redaction.ts';
import type { ResourceKind } from './kind.ts';
import type { PluginSchema } from './plugin-schema.ts';

/** Pointers of every secret in a resource: those that its kind declares, and those that its plugins do. */
export function resourceSecrets(
  kind: ResourceKind,
  value: unknown,
  lookup: (name: string) => PluginSchema | undefined,
): string[] {
  const plugins = isJsonObject(value) && isJsonObject(value['plugins']) ? Object.keys(value['plugins']) : [];
  const patterns = plugins.flatMap((name) => {
    const plugin = lookup(name);
    if (!plugin) return [];
    const isConsumer = kind.pluginDoor === 'consumer' && plugin.consumer !== undefined;
    const declared = isConsumer ? plugin.secrets.consumer : plugin.secrets.config;
    return declared.map((pattern) => `plugins.${name}.${pattern}`);
  });
  return secretPointers(value, [...kind.secrets, ...patterns]);
}

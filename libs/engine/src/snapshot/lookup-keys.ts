import { isJsonObject, isSecretReference } from '@sluice/schema';
import type { AnyPluginSchema } from '../pipeline/plugin-registry.ts';

/** Finds the schema of a plugin of this build. */
export type SchemaOf = (plugin: string) => AnyPluginSchema | undefined;

/** Plugins by which a consumer or credential can be found, with the key of each. */
export function* lookupKeys(
  plugins: Readonly<Record<string, unknown>>,
  schemaOf: SchemaOf,
): IterableIterator<readonly [plugin: string, key: string]> {
  for (const [plugin, conf] of Object.entries(plugins)) {
    const key = lookupKey(conf, schemaOf(plugin));
    if (key !== undefined) yield [plugin, key];
  }
}

/** What a consumer's configuration of a plugin says that it presents. */
export function lookupKey(conf: unknown, schema: AnyPluginSchema | undefined): string | undefined {
  const field = schema?.lookupKey;
  const key = field !== undefined && isJsonObject(conf) ? conf[field] : undefined;
  // A reference that nothing resolves is no key: whoever guessed its text would be let in.
  return typeof key === 'string' && !isSecretReference(key) ? key : undefined;
}

/** Names of plugins have no NUL, so no pair of plugin and key looks like another. */
export function lookupEntry(plugin: string, key: string): string {
  return `${plugin}\0${key}`;
}

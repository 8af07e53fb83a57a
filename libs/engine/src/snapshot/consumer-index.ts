import { isJsonObject, isSecretReference } from '@sluice/schema';
import type { AnyPluginSchema } from '../pipeline/plugin-registry.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Resource } from './resource.ts';

/** Consumers and credentials by what they present: plugin and lookup key lead to the resource that carries it. */
export class ConsumerIndex {
  readonly #byKey: PersistentMap<Resource>;
  /** How many consumers a plugin has. */
  readonly #counts: ReadonlyMap<string, number>;

  private constructor(byKey: PersistentMap<Resource>, counts: ReadonlyMap<string, number>) {
    this.#byKey = byKey;
    this.#counts = counts;
  }

  static empty(): ConsumerIndex {
    return new ConsumerIndex(PersistentMap.empty(), new Map());
  }

  find(plugin: string, key: string): Resource | undefined {
    return this.#byKey.get(entryKey(plugin, key));
  }

  hasAny(plugin: string): boolean {
    return (this.#counts.get(plugin) ?? 0) > 0;
  }

  with(resource: Resource, schemaOf: (plugin: string) => AnyPluginSchema | undefined): ConsumerIndex {
    let byKey = this.#byKey;
    const counts = new Map(this.#counts);
    for (const [plugin, key] of lookupKeys(resource, schemaOf)) {
      byKey = byKey.set(entryKey(plugin, key), resource);
      counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
    }
    return new ConsumerIndex(byKey, counts);
  }

  without(resource: Resource, schemaOf: (plugin: string) => AnyPluginSchema | undefined): ConsumerIndex {
    let byKey = this.#byKey;
    const counts = new Map(this.#counts);
    for (const [plugin, key] of lookupKeys(resource, schemaOf)) {
      const entry = entryKey(plugin, key);
      // Another consumer may have taken the key over in the meantime.
      if (byKey.get(entry) === resource) byKey = byKey.delete(entry);
      counts.set(plugin, (counts.get(plugin) ?? 1) - 1);
    }
    return new ConsumerIndex(byKey, counts);
  }
}

/** Plugins by which the resource can be found, with the key of each. */
function* lookupKeys(
  resource: Resource,
  schemaOf: (plugin: string) => AnyPluginSchema | undefined,
): IterableIterator<[plugin: string, key: string]> {
  for (const [plugin, conf] of Object.entries(resource.plugins)) {
    const field = schemaOf(plugin)?.lookupKey;
    const key = field !== undefined && isJsonObject(conf) ? conf[field] : undefined;
    // A reference that nothing resolves is no key: whoever guessed its text would be let in.
    if (typeof key === 'string' && !isSecretReference(key)) yield [plugin, key];
  }
}

/** Names of plugins have no NUL, so no pair of plugin and key looks like another. */
function entryKey(plugin: string, key: string): string {
  return `${plugin}\0${key}`;
}

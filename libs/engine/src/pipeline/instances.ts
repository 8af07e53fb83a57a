import type { Resource } from '../snapshot/resource.ts';
import type { PluginInstance } from './plugin-instance.ts';
import type { PluginRegistry } from './plugin-registry.ts';

/** The metadata resource of a plugin, if there is one. */
export type MetadataOf = (plugin: string) => Resource | undefined;

/** The instances of plugins, each set up once for the resource that configures it. Unknown plugins have none. */
export function instancesOf(
  entries: Iterable<readonly [name: string, owner: Resource]>,
  metadataOf: MetadataOf,
  registry: PluginRegistry,
): PluginInstance[] {
  const instances: PluginInstance[] = [];
  for (const [name, owner] of entries) {
    const instance = instanceOf(owner, name, metadataOf(name), registry);
    if (instance) instances.push(instance);
  }
  return instances;
}

function instanceOf(
  owner: Resource,
  name: string,
  metadata: Resource | undefined,
  registry: PluginRegistry,
): PluginInstance | undefined {
  const known = owner.instances.get(name);
  if (known?.metadata === metadata && known !== undefined) return known;
  const made = registry.instantiate(owner, name, metadata);
  if (!made) return undefined;
  // A chain for an old request, whose configuration is gone already: only that chain will hold the instance.
  if (owner.isRetired) queueMicrotask(() => made.release());
  else owner.instances.set(name, made);
  known?.release();
  return made;
}

import { isJsonObject, type JsonValue } from '@sluice/schema';
import type { Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';

type Owner = 'service' | 'route' | 'consumer';

const owners: readonly Owner[] = ['service', 'route', 'consumer'];

/** Plugins that stand apart from what they belong to. */
export interface PluginsByOwner {
  readonly global: readonly Fields[];
  /** Those of an entity, which may be referred to by name or by id. */
  of(owner: Owner, entity: Fields, name: string | undefined): Fields[];
  /** Reports those that belong to nothing. */
  finish(): void;
}

/** Sorts the plugins at the top of a configuration by what they belong to. */
export function attachedPlugins(root: Fields, conversion: Conversion): PluginsByOwner {
  const global: Fields[] = [];
  const attached = new Map<string, Fields[]>();
  const taken = new Set<string>();
  for (const plugin of root.objects('plugins')) {
    const keys = owners.flatMap((owner) => keyOf(owner, plugin));
    const [key] = keys;
    if (keys.length > 1) {
      conversion.dropped(plugin.path, 'a plugin for a consumer on one route or service only has no counterpart');
    } else if (key === undefined) global.push(plugin);
    else attached.set(key, [...(attached.get(key) ?? []), plugin]);
  }
  return {
    global,
    of(owner, entity, name) {
      const keys = [...new Set([name, idOf(entity)])].flatMap((id) => (id === undefined ? [] : [`${owner}/${id}`]));
      for (const key of keys) taken.add(key);
      return keys.flatMap((key) => attached.get(key) ?? []);
    },
    finish() {
      for (const [key, plugins] of attached) {
        if (taken.has(key)) continue;
        for (const { path } of plugins)
          conversion.dropped(path, `it belongs to the ${key.replace('/', ' ')}, which is not there`);
      }
    },
  };
}

function keyOf(owner: Owner, plugin: Fields): string[] {
  const id = referenceOf(plugin.take(owner));
  return id === undefined ? [] : [`${owner}/${id}`];
}

/** Kong refers to entities by a name, or by a mapping with a name or an id. */
export function referenceOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return undefined;
  const { name, username, id } = value;
  return [name, username, id].find((text): text is string => typeof text === 'string');
}

/** The id of an entity, as other entities may refer to it. */
export function idOf(entity: Fields): string | undefined {
  const { id } = entity.value;
  return typeof id === 'string' ? id : undefined;
}

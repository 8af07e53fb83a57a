import type { KindName } from '../define/kind.ts';
import type { PluginSchema } from '../define/plugin-schema.ts';
import { secretPatterns } from '../define/resource-secrets.ts';
import { kinds } from './registry.ts';

/** Patterns of the secrets of resources whose kind is known by its name only, as where they are stored; none for no kind. */
export function namedSecretPatterns(
  lookup: (plugin: string) => PluginSchema | undefined,
): (kind: string, value: unknown) => string[] {
  return (name, value) => {
    const kind = kinds.get(name as KindName);
    return kind ? secretPatterns(kind, value, lookup) : [];
  };
}

import type { KindName, ResourceKind } from '../define/kind.ts';
import { consumerGroupKind } from './consumer-group.ts';
import { consumerKind } from './consumer.ts';
import { globalRuleKind } from './global-rule.ts';
import { pluginConfigKind } from './plugin-config.ts';
import { pluginMetadataKind } from './plugin-metadata.ts';
import { routeKind } from './route.ts';
import { secretKind } from './secret.ts';
import { serviceKind } from './service.ts';
import { sslKind } from './ssl.ts';
import { upstreamKind } from './upstream.ts';

const registered: readonly ResourceKind[] = [
  routeKind,
  serviceKind,
  upstreamKind,
  consumerKind,
  consumerGroupKind,
  pluginConfigKind,
  globalRuleKind,
  pluginMetadataKind,
  sslKind,
  secretKind,
];

/** Every kind that this build serves, by name. */
export const kinds: ReadonlyMap<KindName, ResourceKind> = new Map(registered.map((kind) => [kind.name, kind]));

const byPlural = new Map(registered.map((kind) => [kind.plural, kind]));

/** The kind that a path segment or storage key such as `plugin_configs` means. */
export function kindByPlural(plural: string): ResourceKind | undefined {
  return byPlural.get(plural);
}

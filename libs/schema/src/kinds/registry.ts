import type { KindName, ResourceKind } from '../define/kind.ts';
import { ownIdOf, parentIdOf } from '../define/resource-id.ts';
import { consumerGroupKind } from './consumer-group.ts';
import { consumerKind } from './consumer.ts';
import { credentialKind } from './credential.ts';
import { globalRuleKind } from './global-rule.ts';
import { graphqlCostDecorationKind } from './graphql-cost-decoration.ts';
import { pluginConfigKind } from './plugin-config.ts';
import { pluginMetadataKind } from './plugin-metadata.ts';
import { protoKind } from './proto.ts';
import { routeKind } from './route.ts';
import { secretKind } from './secret.ts';
import { serviceKind } from './service.ts';
import { sslKind } from './ssl.ts';
import { streamRouteKind } from './stream-route.ts';
import { upstreamKind } from './upstream.ts';

const registered: readonly ResourceKind[] = [
  routeKind,
  serviceKind,
  upstreamKind,
  consumerKind,
  credentialKind,
  consumerGroupKind,
  pluginConfigKind,
  globalRuleKind,
  pluginMetadataKind,
  sslKind,
  secretKind,
  protoKind,
  streamRouteKind,
  graphqlCostDecorationKind,
];

/** Every kind that can be stored, by name; some of them say that they are not served. */
export const kinds: ReadonlyMap<KindName, ResourceKind> = new Map(registered.map((kind) => [kind.name, kind]));

const byPlural = new Map(registered.map((kind) => [kind.plural, kind]));

/** The kind that a path segment or storage key such as `plugin_configs` means. */
export function kindByPlural(plural: string): ResourceKind | undefined {
  return byPlural.get(plural);
}

/** The kinds that live in resources of this one. */
export function childKindsOf(kind: string): readonly ResourceKind[] {
  return registered.filter(({ parent }) => parent?.kind === kind);
}

/** Where a resource stands in the Admin API, and below the prefix of a store: `consumers/jack/credentials/c1`. */
export function storagePath(kind: ResourceKind, id: string): string {
  const own = `${kind.plural}/${ownIdOf(kind, id)}`;
  const parent = kind.parent && kinds.get(kind.parent.kind);
  return parent ? `${parent.plural}/${parentIdOf(kind, id)}/${own}` : own;
}

/** What people should know of a resource that is stored: that it does nothing, where that is so. */
export function warningsOf(kind: string): readonly string[] {
  const reason = kinds.get(kind as KindName)?.notServed;
  return reason ? [reason] : [];
}

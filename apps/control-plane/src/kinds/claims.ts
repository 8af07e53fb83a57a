import {
  graphqlCostDecorationKind,
  isJsonObject,
  isSecretReference,
  kinds,
  ownIdOf,
  parentIdOf,
  type KindName,
  type PluginSchema,
  type ResourceKind,
} from '@sluice/schema';
import type { ResourceKey } from '../resources/change-set.ts';
import type { Sealing } from '../sealing/sealing.ts';

/** Something that at most one resource of a group may have. */
export interface Claim {
  /** What is stored with the resource. */
  readonly token: string;
  /** Every form in which another resource may have stored the same claim. */
  readonly rivals: readonly string[];
  /** The complete message for the one who comes second. */
  readonly refuse: (holder: ResourceKey) => string;
}

/** What the claims of a value depend on, besides the value. */
export interface ClaimContext {
  readonly lookup: (plugin: string) => PluginSchema | undefined;
  readonly sealing: Sealing;
}

/**
 * What a value claims for itself: the keys by which its consumer is found, the plugins of a global rule, and a field of a
 * GraphQL service. Keys are secrets, so that only fingerprints of them are stored and compared.
 */
export function claimsOf(kind: ResourceKind, value: unknown, context: ClaimContext): Claim[] {
  const plugins = isJsonObject(value) && isJsonObject(value['plugins']) ? value['plugins'] : {};
  if (kind.name === 'global_rule') return Object.keys(plugins).map(pluginClaim);
  if (kind.name === 'graphql_cost_decoration' && isJsonObject(value)) return [decorationClaim(value)];
  if (kind.pluginDoor !== 'consumer') return [];
  return Object.entries(plugins).flatMap(([name, config]) => {
    const field = context.lookup(name)?.lookupKey;
    const key = field && isJsonObject(config) ? config[field] : undefined;
    if (!field || typeof key !== 'string' || isSecretReference(key)) return [];
    return [consumerClaim(name, field, key, context.sealing)];
  });
}

function pluginClaim(plugin: string): Claim {
  const token = `global_rule:${plugin}`;
  const refuse = ({ id }: ResourceKey): string => `plugin '${plugin}' already exists in global rule with id '${id}'`;
  return { token, rivals: [token], refuse };
}

function consumerClaim(plugin: string, field: string, key: string, sealing: Sealing): Claim {
  const token = (fingerprint: string): string => `${plugin}.${field}:${fingerprint}`;
  const text = `${plugin}\0${field}\0${key}`;
  return {
    token: token(sealing.fingerprint(text)),
    rivals: sealing.fingerprints(text).map(token),
    refuse: (holder) => `duplicate ${field} of plugin ${plugin} found with ${ownerOf(holder)}`,
  };
}

function ownerOf({ kind: name, id }: ResourceKey): string {
  const kind = kinds.get(name as KindName);
  const parent = kind && parentIdOf(kind, id);
  return kind && parent !== undefined ? `${name}: ${ownIdOf(kind, id)} of consumer: ${parent}` : `${name}: ${id}`;
}

/** A field of a GraphQL service has one price. */
function decorationClaim({ service_id: service, field_path: field }: Record<string, unknown>): Claim {
  const token = `graphql_cost_decoration:${String(service)}:${String(field)}`;
  const refuse = ({ id }: ResourceKey): string =>
    `field_path ${String(field)} is already decorated on this service by [${ownIdOf(graphqlCostDecorationKind, id)}]`;
  return { token, rivals: [token], refuse };
}

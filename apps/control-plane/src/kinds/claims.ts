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
import { Refusal } from '../http/refusal.ts';
import type { ResourceKey } from '../resources/change-set.ts';
import type { SealedBody, Sealing } from '../sealing/sealing.ts';
import { agreementsOf } from './agreements.ts';

/** Something that at most one resource of a group may have; or several, as long as they say the same of it. */
export interface Claim {
  /** What is stored with the resource. */
  readonly token: string;
  /** Every form in which another resource may have stored the same claim. */
  readonly rivals: readonly string[];
  /** Missing where one resource alone may have it. */
  readonly shared?: {
    /** What the claimant says of it. */
    readonly said: string;
    /** What a stored resource says of it; undefined where it has nothing to do with it. */
    readonly saidBy: (stored: SealedBody) => string | undefined;
  };
  /** The refusal of the one who comes second. */
  readonly refuse: (holder: ResourceKey) => Refusal;
}

/** What the claims of a value depend on, besides the value. */
export interface ClaimContext {
  readonly lookup: (plugin: string) => PluginSchema | undefined;
  readonly sealing: Sealing;
}

/**
 * What a value claims for itself: the keys by which its consumer is found, the plugins of a global rule, and a field of a
 * GraphQL service; and what its plugins share with those of other resources. Keys are secrets, so that only fingerprints of
 * them are stored and compared.
 */
export function claimsOf(kind: ResourceKind, value: unknown, context: ClaimContext): Claim[] {
  const plugins = isJsonObject(value) && isJsonObject(value['plugins']) ? value['plugins'] : {};
  return [...ownClaims(kind, value, plugins, context), ...agreementsOf(kind, plugins, context)];
}

function ownClaims(
  kind: ResourceKind,
  value: unknown,
  plugins: Readonly<Record<string, unknown>>,
  context: ClaimContext,
): Claim[] {
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
  const refuse = ({ id }: ResourceKey) => taken(`plugin '${plugin}' already exists in global rule with id '${id}'`);
  return { token, rivals: [token], refuse };
}

function consumerClaim(plugin: string, field: string, key: string, sealing: Sealing): Claim {
  const token = (fingerprint: string): string => `${plugin}.${field}:${fingerprint}`;
  const text = `${plugin}\0${field}\0${key}`;
  return {
    token: token(sealing.fingerprint(text)),
    rivals: sealing.fingerprints(text).map(token),
    refuse: (holder) => taken(`duplicate ${field} of plugin ${plugin} found with ${ownerOf(holder)}`),
  };
}

function taken(message: string): Refusal {
  return new Refusal('INVALID', message);
}

function ownerOf({ kind: name, id }: ResourceKey): string {
  const kind = kinds.get(name as KindName);
  const parent = kind && parentIdOf(kind, id);
  return kind && parent !== undefined ? `${name}: ${ownIdOf(kind, id)} of consumer: ${parent}` : `${name}: ${id}`;
}

/** A field of a GraphQL service has one price. */
function decorationClaim({ service_id: service, field_path: field }: Record<string, unknown>): Claim {
  const token = `graphql_cost_decoration:${String(service)}:${String(field)}`;
  const refuse = ({ id }: ResourceKey) =>
    taken(
      `field_path ${String(field)} is already decorated on this service by [${ownIdOf(graphqlCostDecorationKind, id)}]`,
    );
  return { token, rivals: [token], refuse };
}

import { isJsonObject, isSecretReference, type PluginSchema, type ResourceKind } from '@sluice/schema';
import type { Sealing } from '../sealing/sealing.ts';

/** Something that at most one resource of a group may have. */
export interface Claim {
  /** What is stored with the resource. */
  readonly token: string;
  /** Every form in which another resource may have stored the same claim. */
  readonly rivals: readonly string[];
  /** The complete message for the one who comes second; `holder` is the id of the first. */
  readonly refuse: (holder: string) => string;
}

/** What the claims of a value depend on, besides the value. */
export interface ClaimContext {
  readonly lookup: (plugin: string) => PluginSchema | undefined;
  readonly sealing: Sealing;
}

/**
 * What a value claims for itself: the keys by which its consumer is found, and the plugins of a global rule. Keys are
 * secrets, so that only fingerprints of them are stored and compared.
 */
export function claimsOf(kind: ResourceKind, value: unknown, context: ClaimContext): Claim[] {
  const plugins = isJsonObject(value) && isJsonObject(value['plugins']) ? value['plugins'] : {};
  if (kind.name === 'global_rule') return Object.keys(plugins).map(pluginClaim);
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
  const refuse = (holder: string): string => `plugin '${plugin}' already exists in global rule with id '${holder}'`;
  return { token, rivals: [token], refuse };
}

function consumerClaim(plugin: string, field: string, key: string, sealing: Sealing): Claim {
  const token = (fingerprint: string): string => `${plugin}.${field}:${fingerprint}`;
  const text = `${plugin}\0${field}\0${key}`;
  return {
    token: token(sealing.fingerprint(text)),
    rivals: sealing.fingerprints(text).map(token),
    refuse: (holder) => `duplicate ${field} of plugin ${plugin} found with consumer: ${holder}`,
  };
}

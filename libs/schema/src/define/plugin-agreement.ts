import { canonicalJson } from '../json/canonical-json.ts';
import { isJsonObject, type JsonValue } from '../json/json-value.ts';
import { pointerOf } from '../json/pointer.ts';
import { withDefaults } from '../validate/check.ts';
import type { ResourceKind } from './kind.ts';
import { isSwitchedOff } from './plugin-meta.ts';
import type { PluginAgreement, PluginSchema } from './plugin-schema.ts';

/** A configuration that must say the same as all others of its plugin with this value in the field they agree by. */
export interface AgreementMember {
  readonly plugin: string;
  readonly agreement: PluginAgreement;
  readonly value: string;
  /** What the configuration says otherwise: the same text for the same meaning. */
  readonly said: string;
  /** Pointer in the resource to the field that the value stands in. */
  readonly pointer: string;
}

/**
 * The configurations of a resource that must agree with others. They are compared as they stand, defaults filled, so that a
 * default that is spelled out makes no difference, and one that a later version adds divides nobody.
 */
export function agreementMembers(
  kind: Pick<ResourceKind, 'pluginDoor'>,
  plugins: unknown,
  lookup: (plugin: string) => PluginSchema | undefined,
): AgreementMember[] {
  if (kind.pluginDoor === null || !isJsonObject(plugins)) return [];
  return Object.entries(plugins).flatMap(([name, config]) => {
    const plugin = lookup(name);
    // What a consumer says to a plugin is no configuration of it.
    if (plugin === undefined || (kind.pluginDoor === 'consumer' && plugin.consumer)) return [];
    return memberOf(plugin, config) ?? [];
  });
}

/** Undefined where the configuration is switched off, or belongs to no others. */
function memberOf({ name, agreement, config: schema }: PluginSchema, config: unknown): AgreementMember | undefined {
  if (!agreement || !isJsonObject(config) || isSwitchedOff(config)) return undefined;
  const { _meta: _, ...own } = config;
  const value = own[agreement.field];
  if (typeof value !== 'string') return undefined;
  const said = canonicalJson(withDefaults(schema, own) as JsonValue);
  return { plugin: name, agreement, value, said, pointer: pointerOf(['plugins', name, agreement.field]) };
}

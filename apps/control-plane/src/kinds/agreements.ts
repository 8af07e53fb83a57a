import { createHash } from 'node:crypto';
import {
  canonicalJson,
  isJsonObject,
  type JsonValue,
  pluginRefusal,
  type PluginSchema,
  pointerOf,
  type ResourceKind,
  withDefaults,
} from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';
import type { Claim, ClaimContext } from './claims.ts';

/**
 * What the plugins of a value share with those of other resources: configurations that belong together by a field (the group
 * of a limit) must say the same. They are compared as they stand, defaults filled, so that a default that is spelled out makes
 * no difference, and one that a later version adds divides nobody.
 */
export function agreementsOf(
  kind: ResourceKind,
  plugins: Readonly<Record<string, unknown>>,
  context: ClaimContext,
): Claim[] {
  return Object.entries(plugins).flatMap(([name, config]) => {
    const plugin = context.lookup(name);
    // What a consumer says to a plugin is no configuration of it.
    if (kind.pluginDoor === 'consumer' && plugin?.consumer) return [];
    const claim = plugin?.agreement && agreementOf(kind, plugin, config, context);
    return claim ?? [];
  });
}

function agreementOf(
  { pluginDoor }: ResourceKind,
  plugin: PluginSchema,
  config: unknown,
  { sealing }: ClaimContext,
): Claim | undefined {
  const { name, agreement } = plugin;
  const said = saidOf(plugin, config);
  if (!agreement || said === undefined || pluginDoor === null) return undefined;
  // A name may be longer than an index takes.
  const digest = createHash('sha256').update(said.value).digest('base64url');
  const token = `${name}.${agreement.field}:${digest}`;
  const saidBy: NonNullable<Claim['shared']>['saidBy'] = (stored) => {
    const { plugins } = sealing.openValue(stored);
    return isJsonObject(plugins) ? saidOf(plugin, plugins[name])?.text : undefined;
  };
  return {
    token,
    rivals: [token],
    shared: { said: said.text, saidBy },
    refuse: ({ kind, id }) => {
      const field = pointerOf(['plugins', name, agreement.field]);
      const message = `${agreement.refusal}: ${kind} [${id}] says something else in ${agreement.field} "${said.value}"`;
      // The compatible message has no room for who it is.
      const problem = pluginRefusal(name, pluginDoor, agreement.refusal);
      return new Refusal('INVALID', problem, { field, issues: [{ path: field, message }] });
    },
  };
}

/** What a configuration says, and in which company; undefined where it is switched off or in none. */
function saidOf(
  { agreement, config: schema }: PluginSchema,
  config: unknown,
): { readonly value: string; readonly text: string } | undefined {
  if (!agreement || !isJsonObject(config)) return undefined;
  const { _meta: meta, ...own } = config;
  const value = own[agreement.field];
  if (typeof value !== 'string' || (isJsonObject(meta) && meta['disable'] === true)) return undefined;
  return { value, text: canonicalJson(withDefaults(schema, own) as JsonValue) };
}

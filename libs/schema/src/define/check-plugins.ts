import { isJsonObject } from '../json/json-value.ts';
import { pointerOf } from '../json/pointer.ts';
import { check, withDefaults } from '../validate/check.ts';
import type { PluginDoor, ResourceKind, RuleHooks } from './kind.ts';
import { isSwitchedOff, pluginMetaSchema } from './plugin-meta.ts';
import type { PluginSchema } from './plugin-schema.ts';

/** What is wrong with the plugins of an object. */
export interface PluginIssue {
  readonly message: string;
  /** JSON pointer below the object that holds `plugins`. */
  readonly path: string;
}

type Found = PluginIssue | undefined;

/**
 * Checks what a resource says of plugins: those that it configures, and for metadata what the plugin itself has to say. The
 * message is the whole answer.
 */
export function checkPluginsOf(
  kind: ResourceKind,
  value: Readonly<Record<string, unknown>>,
  lookup: (name: string) => PluginSchema | undefined,
  hooks: RuleHooks = {},
): Found {
  if (kind.name === 'plugin_metadata') return checkMetadata(value, lookup);
  if (kind.pluginDoor === null) return undefined;
  return checkTypes(kind, value['plugins'], lookup) ?? checkPlugins(value['plugins'], lookup, kind.pluginDoor, hooks);
}

function checkTypes(
  { pluginType, label }: ResourceKind,
  plugins: unknown,
  lookup: (name: string) => PluginSchema | undefined,
): Found {
  if (pluginType === null || !isJsonObject(plugins)) return undefined;
  const other = Object.keys(plugins).find((name) => lookup(name) !== undefined && lookup(name)?.type !== pluginType);
  if (other === undefined) return undefined;
  const message = `only supports ${pluginType} type plugins in consumer ${label}`;
  return { message, path: pointerOf(['plugins', other]) };
}

function checkMetadata(
  { id, ...metadata }: Readonly<Record<string, unknown>>,
  lookup: (name: string) => PluginSchema | undefined,
): Found {
  const plugin = lookup(String(id));
  if (!plugin) return { message: 'invalid plugin name', path: '/id' };
  const issue = plugin.metadata && check(plugin.metadata, metadata);
  return issue && { message: `invalid configuration: ${issue.message}`, path: issue.path };
}

/**
 * Checks every plugin of an object by its own schema. For consumers, a plugin with a consumer schema is checked by that
 * one, and messages carry the prefix that clients know. A plugin that is switched off may be configured in any way.
 */
export function checkPlugins(
  plugins: unknown,
  lookup: (name: string) => PluginSchema | undefined,
  door: PluginDoor,
  ruleHooks: RuleHooks = {},
): Found {
  if (!isJsonObject(plugins)) return undefined;
  const hooks = { ...ruleHooks, plugin: lookup };
  for (const [name, conf] of Object.entries(plugins)) {
    const issue = checkPlugin(name, conf, lookup(name), door, hooks);
    if (!issue) continue;
    return { message: inDoor(door, issue.message), path: pointerOf(['plugins', name]) + issue.path };
  }
  return undefined;
}

function checkPlugin(
  name: string,
  conf: unknown,
  plugin: PluginSchema | undefined,
  door: PluginDoor,
  hooks: RuleHooks,
): Found {
  const subsystem = door === 'stream' ? 'stream' : 'http';
  if (!plugin?.subsystems.includes(subsystem)) return { message: `unknown plugin [${name}]`, path: '' };
  if (!isJsonObject(conf))
    return { message: `invalid plugin conf "${plainText(conf)}" for plugin [${name}]`, path: '' };
  const issue = checkConf(plugin, conf, door, hooks) ?? checkMeta(conf['_meta'], hooks);
  if (!issue || isSwitchedOff(conf)) return undefined;
  return { message: refusedConfig(name, door, issue.message), path: issue.path };
}

function refusedConfig(name: string, door: PluginDoor, problem: string): string {
  const named = door === 'stream' ? `stream plugin [${name}]:` : `plugin ${name} err:`;
  return `failed to check the configuration of ${named} ${problem}`;
}

function inDoor(door: PluginDoor, message: string): string {
  return door === 'consumer' ? `invalid plugins configuration: ${message}` : message;
}

/** The whole answer to an object whose configuration of a plugin is refused for a reason that its schema does not know. */
export function pluginRefusal(name: string, door: PluginDoor, problem: string): string {
  return inDoor(door, refusedConfig(name, door, problem));
}

/**
 * What is wrong with a configuration of a plugin that another plugin runs: by the same rules as if it stood on its own. The
 * message is without the prefix that says which plugin it is.
 */
export function checkPluginConfig(
  plugin: PluginSchema,
  conf: Record<string, unknown>,
  hooks: RuleHooks = {},
): string | undefined {
  return (checkConf(plugin, conf, 'config', hooks) ?? checkMeta(conf['_meta'], hooks))?.message;
}

/** `_meta` belongs to every plugin, so that no plugin's schema speaks of it. */
function checkConf(plugin: PluginSchema, conf: Record<string, unknown>, door: PluginDoor, hooks: RuleHooks): Found {
  const { _meta: meta, ...own } = conf;
  const metaIssue = meta === undefined ? undefined : check(pluginMetaSchema, meta);
  if (metaIssue) {
    const message = `property "_meta" validation failed: ${metaIssue.message}`;
    return { message, path: `/_meta${metaIssue.path}` };
  }
  const consumer = door === 'consumer' ? plugin.consumer : undefined;
  if (consumer) return check(consumer, own) ?? ruleIssue(plugin.consumerChecks?.(withDefaults(consumer, own), hooks));
  const before = plugin.preChecks?.(own);
  if (before !== undefined) return ruleIssue(before);
  const issue = check(plugin.config, own);
  if (issue) return issue;
  return ruleIssue(plugin.extraChecks?.(withDefaults(plugin.config, own), hooks));
}

function ruleIssue(message: string | undefined): Found {
  return message === undefined ? undefined : { message, path: '' };
}

function checkMeta(meta: unknown, { checkVars, checkFunction }: RuleHooks): Found {
  const source = isJsonObject(meta) ? meta['pre_function'] : undefined;
  const flaw = typeof source === 'string' ? checkFunction?.(source) : undefined;
  if (flaw !== undefined) return { message: `failed to load _meta.pre_function: ${flaw}`, path: '/_meta/pre_function' };
  const filter = isJsonObject(meta) ? meta['filter'] : undefined;
  const problem = filter === undefined ? undefined : checkVars?.(filter);
  return problem === undefined
    ? undefined
    : { message: `failed to validate the 'vars' expression: ${problem}`, path: '/_meta/filter' };
}

/** Scalars as they are; Lua shows a table by its address, for which JSON is the useful stand-in. */
function plainText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

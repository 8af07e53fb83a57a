import { checkPluginConfig, definePluginSchema, isJsonObject, type RuleHooks, Type } from '@sluice/schema';

/** What `multi-auth` can be told. */
export const multiAuthSchema = definePluginSchema({
  name: 'multi-auth',
  category: 'auth',
  priority: 2600,
  type: 'auth',
  phases: ['rewrite'],
  title: 'One of several authentications',
  description: 'Lets in clients that one of several authentication plugins accepts.',
  config: Type.Object({
    auth_plugins: Type.Array(Type.Unsafe<Readonly<Record<string, unknown>>>({}), {
      minItems: 2,
      title: 'Authentications',
      description: 'Objects of one plugin each, `{ "<plugin>": { ... } }`. They are tried in this order.',
    }),
  }),
  extraChecks: ({ auth_plugins: entries }, hooks) => {
    for (const [at, entry] of entries.entries()) {
      const problem = checkEntry(entry, at, hooks);
      if (problem !== undefined) return problem;
    }
    return undefined;
  },
});

function checkEntry(entry: unknown, at: number, hooks: RuleHooks | undefined): string | undefined {
  const plugins = isJsonObject(entry) ? Object.entries(entry) : [];
  if (plugins.length === 0) return `auth_plugins ${at + 1} names no plugin`;
  for (const [name, config] of plugins) {
    const problem = checkPlugin(name, config, hooks);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkPlugin(name: string, config: unknown, hooks: RuleHooks | undefined): string | undefined {
  const plugin = hooks?.plugin?.(name);
  if (plugin === undefined) return `${name} plugin did not found`;
  if (plugin.type !== 'auth' || name === 'multi-auth') return `${name} plugin is not supported`;
  const problem = isJsonObject(config)
    ? (checkPluginConfig(plugin, config, hooks) ?? checkInnerMeta(config['_meta']))
    : notAnObject(config);
  return problem === undefined ? undefined : `plugin ${name} check schema failed: ${problem}`;
}

function notAnObject(config: unknown): string {
  return `wrong type: expected object, got ${Array.isArray(config) ? 'table' : typeof config}`;
}

/** What would silently do nothing: a plugin within has no place of its own in the order, and no answer of its own. */
function checkInnerMeta(meta: unknown): string | undefined {
  const setting = isJsonObject(meta) ? Object.keys(meta).find((name) => name !== 'disable') : undefined;
  return setting === undefined ? undefined : `property "_meta.${setting}" does nothing inside of multi-auth`;
}

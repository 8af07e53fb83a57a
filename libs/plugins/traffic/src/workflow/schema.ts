import { checkPluginConfig, definePluginSchema, type PluginSchema, type RuleHooks, Type } from '@sluice/schema';

/** The plugins that can be an action. */
const limitActions: readonly string[] = ['limit-count', 'limit-conn'];

const Return = Type.Object({
  code: Type.Integer({ minimum: 100, maximum: 599, title: 'Status', description: 'Status of the answer.' }),
});
const returnSchema = definePluginSchema({
  name: 'return',
  category: 'traffic',
  priority: 0,
  title: 'Return',
  description: 'Answers with a status.',
  config: Return,
  extraChecks: ({ code }) => (code < 200 ? `an answer of ${code} would never end a request` : undefined),
});

const secret = { title: 'Password', description: 'A password of the configuration of a limit.' };

/** A name or a configuration, of which the schema knows only what is secret: the rest is checked as the plugin’s own. */
const ActionPart = Type.Unsafe<unknown>({ properties: { redis_password: secret, sentinel_password: secret } });

const Rule = Type.Object({
  case: Type.Optional(
    Type.Array(Type.Unsafe<unknown>({ anyOf: [{ type: 'array' }, { type: 'string' }] }), {
      minItems: 1,
      title: 'Case',
      description: 'Expression over variables; the rule is for requests for which it holds, or for all without one.',
    }),
  ),
  actions: Type.Array(Type.Array(ActionPart, { minItems: 1, title: 'Action' }), {
    title: 'Actions',
    description: 'What happens, as `[name, configuration]`: `return`, `limit-count` or `limit-conn`. The first is run.',
  }),
});

/** What `workflow` can be told. */
export const workflowSchema = definePluginSchema({
  name: 'workflow',
  category: 'traffic',
  priority: 1006,
  phases: ['access', 'log'],
  title: 'Workflow',
  description: 'Refuses or limits requests by rules, each kind of request by its own.',
  secrets: { config: ['rules.actions.redis_password', 'rules.actions.sentinel_password'] },
  differences: {
    'rules[].actions[][].redis_password':
      'Named, so that a password of a limit that counts in Redis is encrypted here as well.',
    'rules[].actions[][].sentinel_password':
      'Named, so that a password of a limit that counts in Redis is encrypted here as well.',
  },
  config: Type.Object({
    rules: Type.Array(Rule, {
      title: 'Rules',
      description: 'The first one whose case holds decides; the rest is not looked at.',
    }),
  }),
  extraChecks: ({ rules }, hooks) => {
    for (const [at, { case: condition, actions }] of rules.entries()) {
      const wrong = condition && hooks?.checkVars?.(condition);
      if (wrong !== undefined) return `failed to validate the 'case' expression: ${wrong}`;
      if (actions.length === 0) return `rules[${at}] has no action`;
      for (const action of actions) {
        const flaw = checkAction(action, hooks);
        if (flaw !== undefined) return flaw;
      }
    }
    return undefined;
  },
});

function checkAction([first, conf]: readonly unknown[], hooks: RuleHooks | undefined): string | undefined {
  const name = String(first);
  const plugin = pluginOf(name, hooks);
  if (plugin === undefined) return `unsupported action: ${name}`;
  const flaw = isObject(conf) ? checkConf(plugin, conf, hooks) : 'wrong type: expected object';
  return flaw === undefined ? undefined : `failed to validate the '${name}' action: ${flaw}`;
}

function pluginOf(name: string, hooks: RuleHooks | undefined): PluginSchema | undefined {
  if (name === 'return') return returnSchema;
  return limitActions.includes(name) ? hooks?.plugin?.(name) : undefined;
}

function checkConf(plugin: PluginSchema, conf: Record<string, unknown>, hooks: RuleHooks | undefined) {
  // Each action counts by itself: there is nobody to share a counter with.
  if (plugin.name === 'limit-count' && 'group' in conf) return 'group is not supported';
  return checkPluginConfig(plugin, conf, hooks);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

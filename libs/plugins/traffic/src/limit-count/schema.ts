import { choice, definePluginSchema, Type } from '@sluice/schema';
import { headerName, headerNameDifference, headerNamePart } from '../shared/header-name.schema.ts';
import { limitFields } from '../shared/limit.schema.ts';
import { checkRedis, policyField, redisDifferences, redisPolicies } from '../shared/redis-policy.schema.ts';

/** A whole number above zero, or a template that gives one when a request comes. */
const amount = (title: string, description: string) =>
  Type.Unsafe<number | string>({
    oneOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'string' }],
    title,
    description: `${description} A number, or a template such as \`\${http_x_limit ?? 10}\`.`,
  });

const Rule = Type.Object({
  count: amount('Requests', 'How many requests may pass in a window.'),
  time_window: amount('Window', 'Length of the window in seconds.'),
  key: Type.String({
    title: 'Key',
    description: 'Template of what is counted. A rule of which no variable has a value does not apply.',
  }),
  header_prefix: Type.Optional(
    Type.String({
      ...headerNamePart,
      title: 'Header prefix',
      description: 'The rule’s headers are `X-<prefix>-RateLimit-*`; its place in the list unless given.',
    }),
  ),
});

const Local = {
  count: Type.Optional(amount('Requests', 'How many requests may pass in a window.')),
  time_window: Type.Optional(amount('Window', 'Length of the window in seconds.')),
  rules: Type.Optional(
    Type.Array(Rule, {
      title: 'Rules',
      description: 'Several limits at once, instead of one `count` and `time_window`. All that apply must be kept.',
    }),
  ),
  window_type: choice(['fixed', 'sliding'], {
    default: 'fixed',
    title: 'Kind of window',
    description: 'A fixed window begins with the first request; a sliding one always looks back by its length.',
  }),
  group: Type.Optional(
    Type.String({
      title: 'Group',
      description: 'Objects that name the same group share one counter, and must say the same otherwise.',
    }),
  ),
  key: Type.String({
    default: 'remote_addr',
    title: 'Key',
    description: 'What is counted: a variable, a template of several, or a constant, as `key_type` says.',
  }),
  key_type: choice(['var', 'var_combination', 'constant'], {
    default: 'var',
    title: 'Kind of key',
    description: 'A variable’s name, a template of variables (`$remote_addr $http_x_tenant`), or a text as it is.',
  }),
  ...limitFields,
  policy: policyField(['redis', 'redis-cluster', 'redis-sentinel']),
  show_limit_quota_header: Type.Boolean({
    default: true,
    title: 'Show the quota',
    description: 'Tells the client in response headers what its limit is and what is left of it.',
  }),
  sync_interval: Type.Number({
    default: -1,
    title: 'Interval of synchronisation',
    description:
      'Seconds between synchronisations with Redis; until then each data plane counts by itself. -1 asks Redis for each request.',
  }),
};

/** What `limit-count` can be told. */
export const limitCountSchema = definePluginSchema({
  name: 'limit-count',
  category: 'traffic',
  priority: 1002,
  version: '0.5',
  phases: ['access'],
  title: 'Limit count',
  description: 'Lets a client make so many requests in a window of time and refuses the rest.',
  secrets: { config: ['redis_password', 'sentinel_password'] },
  differences: {
    ...redisDifferences,
    'rules[].header_prefix': headerNameDifference,
    'metadata/limit_header': headerNameDifference,
    'metadata/remaining_header': headerNameDifference,
    'metadata/reset_header': headerNameDifference,
    redis_role: { meaning: 'A replica only reads: `slave` is refused when it is written.' },
  },
  agreement: { field: 'group', refusal: 'group conf mismatched' },
  config: Type.Object(Local, {
    oneOf: [{ required: ['count', 'time_window'] }, { required: ['rules'] }],
    ...redisPolicies(['redis', 'redis-cluster', 'redis-sentinel']),
  }),
  metadata: Type.Object({
    limit_header: Type.String({
      default: 'X-RateLimit-Limit',
      ...headerName,
      title: 'Limit header',
      description: 'Name of the header that tells the limit.',
    }),
    remaining_header: Type.String({
      default: 'X-RateLimit-Remaining',
      ...headerName,
      title: 'Remaining header',
      description: 'Name of the header that tells how many requests are left in the window.',
    }),
    reset_header: Type.String({
      default: 'X-RateLimit-Reset',
      ...headerName,
      title: 'Reset header',
      description: 'Name of the header that tells the seconds until the window ends.',
    }),
  }),
  // Before the schema, whose own words for it (one of two branches) would not say what to leave out.
  preChecks: ({ count, time_window: window, rules }) =>
    rules !== undefined && (count !== undefined || window !== undefined)
      ? 'count/time_window and rules cannot be specified at the same time'
      : undefined,
  extraChecks: (config) =>
    checkRules(config.group, config.rules) ??
    checkSync(config.sync_interval, config.time_window) ??
    checkRedis(config.policy, config),
});

function checkRules(
  group: string | undefined,
  rules: readonly { readonly key: string }[] | undefined,
): string | undefined {
  if (rules === undefined) return undefined;
  if (group !== undefined) return 'group and rules cannot be specified at the same time';
  const keys = rules.map((rule) => rule.key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  return twice === undefined ? undefined : `duplicate key '${twice}' in rules`;
}

function checkSync(interval: number, window: number | string | undefined): string | undefined {
  if (interval === -1) return undefined;
  if (interval < 0.1) return 'sync_interval should not be smaller than 0.1';
  return typeof window === 'number' && interval >= window
    ? 'sync_interval should be smaller than time_window'
    : undefined;
}

import { definePluginSchema, Type } from '@sluice/schema';
import { KeyType, limitFields } from '../shared/limit.schema.ts';
import { checkRedis, policyField, redisDifferences, redisPolicies } from '../shared/redis-policy.schema.ts';

const Conn = Type.Unsafe<number | string>({
  oneOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'string' }],
  title: 'Requests at once',
  description: 'How many requests may be under way. A number, or a template such as `${http_x_limit ?? 10}`.',
});

const Burst = Type.Unsafe<number | string>({
  oneOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }],
  title: 'Burst',
  description: 'How many more are delayed instead of refused. A number or a template.',
});

const Rule = Type.Object({
  conn: Conn,
  burst: Burst,
  key: Type.String({
    title: 'Key',
    description: 'Template of what is counted. A rule of which no variable has a value does not apply.',
  }),
});

const keyTtl = Type.Integer({
  default: 3600,
  minimum: 1,
  title: 'Forgotten after',
  description: 'Seconds that a request counts at most, however long it takes.',
});

/** What `limit-conn` can be told. */
export const limitConnSchema = definePluginSchema({
  name: 'limit-conn',
  category: 'traffic',
  priority: 1003,
  phases: ['access', 'log'],
  title: 'Limit concurrency',
  description: 'Lets so many requests be under way at once, delays some more and refuses the rest.',
  secrets: { config: ['redis_password'] },
  differences: {
    ...redisDifferences,
    key_ttl: 'A request that counts for no second would not be limited.',
  },
  config: Type.Object(
    {
      conn: Type.Optional(Conn),
      burst: Type.Optional(Burst),
      rules: Type.Optional(
        Type.Array(Rule, {
          title: 'Rules',
          description: 'Several limits at once, instead of one. All that apply must be kept.',
        }),
      ),
      // Both branches below ask for it; said here as well, a configuration that fits neither would be told of this alone.
      default_conn_delay: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          title: 'Delay',
          description: 'Seconds that a request of the burst waits at first; later as long as requests take.',
        }),
      ),
      only_use_default_delay: Type.Boolean({
        default: false,
        title: 'Fixed delay',
        description: 'Keeps to `default_conn_delay`, however long requests take.',
      }),
      key: Type.Optional(
        Type.String({
          title: 'Key',
          description: 'What is counted: a variable or a template of several, as `key_type` says.',
        }),
      ),
      key_type: KeyType,
      ...limitFields,
      policy: policyField(['redis', 'redis-cluster']),
    },
    {
      oneOf: [
        { required: ['conn', 'burst', 'default_conn_delay', 'key'] },
        { required: ['default_conn_delay', 'rules'] },
      ],
      ...redisPolicies(['redis', 'redis-cluster'], { key_ttl: keyTtl }),
    },
  ),
  extraChecks: (config) => checkRedis(config.policy, config),
});

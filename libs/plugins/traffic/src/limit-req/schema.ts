import { definePluginSchema, Type } from '@sluice/schema';
import { KeyType, limitFields } from '../shared/limit.schema.ts';
import { checkRedis, policyField, redisDifferences, redisPolicies } from '../shared/redis-policy.schema.ts';

/** Five days: beyond it, the time until a bucket is empty could not be told from one that is empty. */
const SECONDS_MAX = 432_000;

/** What `limit-req` can be told. */
export const limitReqSchema = definePluginSchema({
  name: 'limit-req',
  category: 'traffic',
  priority: 1001,
  phases: ['access'],
  title: 'Limit rate',
  description: 'Lets requests pass at a steady rate, delays those that come faster and refuses the rest.',
  secrets: { config: ['redis_password'] },
  differences: redisDifferences,
  config: Type.Object(
    {
      rate: Type.Number({ exclusiveMinimum: 0, title: 'Rate', description: 'Requests per second that may pass.' }),
      burst: Type.Number({
        minimum: 0,
        title: 'Burst',
        description: 'Requests beyond the rate that wait for their turn; further ones are refused.',
      }),
      nodelay: Type.Boolean({
        default: false,
        title: 'Without delay',
        description: 'Lets requests of the burst pass at once instead of at the rate.',
      }),
      key: Type.String({
        title: 'Key',
        description: 'What has the rate: a variable or a template of several, as `key_type` says.',
      }),
      key_type: KeyType,
      ...limitFields,
      policy: policyField(['redis', 'redis-cluster']),
    },
    redisPolicies(['redis', 'redis-cluster']),
  ),
  extraChecks: ({ rate, burst, policy, ...config }) =>
    checkRedis(policy, config) ??
    ((burst + 1) / rate > SECONDS_MAX
      ? `(burst + 1) / rate is the time in seconds that a burst takes: it must not be above ${SECONDS_MAX}`
      : undefined),
});

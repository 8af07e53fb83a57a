import type { Kit } from '@sluice/plugin-kit';
import { openRedis, type Redis, type RedisPolicyConfig, redisSettings } from '@sluice/redis';

/** The Redis that a limit counts in; undefined where it counts on the data plane itself. */
export function redisOf(config: { readonly policy: string }, { log }: Pick<Kit, 'log'>): Redis | undefined {
  if (config.policy === 'local') return undefined;
  // The fields of a policy stand in a branch of the schema, of which its type says nothing.
  return openRedis(redisSettings(config.policy, config as RedisPolicyConfig), log);
}

import type { Kit, Reply } from '@sluice/plugin-kit';
import { RedisError } from '@sluice/redis';

/**
 * What a limit answers to a request that it cannot count, because Redis is away: always the same, or nothing where the request
 * may pass. Each of them is counted, since those that pass leave no other trace.
 */
export function whenAway(
  config: { readonly policy: string },
  { metrics }: Pick<Kit, 'metrics'>,
  plugin: string,
  answer: Reply | undefined,
): (error: unknown) => Reply | undefined {
  if (config.policy === 'local') return () => answer;
  const metric = metrics.counter('limit_uncounted_total', 'Requests that a limit could not count in Redis.', [
    'plugin',
  ]);
  const labels = [plugin];
  return (error) => {
    if (!(error instanceof RedisError)) throw error;
    metric.record(labels, 1);
    return answer;
  };
}

import { startGateway, startRedis, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { limitCount } from '../limit-count/plugin.ts';
import { workflow } from './plugin.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

test('a limit of a rule counts in Redis for all data planes, and lets go of it with the rule', async () => {
  await using upstream = await startUpstream();
  await using redis = await startRedis();
  const limit = { count: 3, time_window: 60, policy: 'redis', redis_host: redis.host, redis_port: redis.port };
  const rules = [{ case: [['uri', '==', '/a']], actions: [['limit-count', limit]] }];
  const route = { uri: '/*', upstream: upstream.url, plugins: { workflow: { rules } } };
  await using one = await startGateway([workflow, limitCount], route);
  await using two = await startGateway([workflow, limitCount], route);
  const statuses: number[] = [];
  for (const plane of [one, two, one, two, one]) statuses.push((await plane.get('/a')).statusCode);
  expect(statuses).toEqual([200, 200, 200, 503, 503]);
  expect((await one.get('/b')).statusCode).toBe(200);

  const value = { uri: '/*', upstream: { nodes: { [upstream.node]: 1 } } };
  for (const plane of [one, two]) {
    plane.apply({ kind: 'route', id: '1', value });
    await plane.get('/a');
  }
  await expect.poll(async () => (await redis.say('CLIENT', 'LIST')).trim().split('\n'), patience).toHaveLength(1);
});

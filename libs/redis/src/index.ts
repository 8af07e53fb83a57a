export { openRedis } from './open-redis.ts';
export { RedisError } from './redis-error.ts';
export { redisScript } from './redis-script.ts';
export { type RedisPolicyConfig, redisSettings } from './policy-settings.ts';
export type { Redis, RedisArgument, RedisReply, RedisScript } from './redis.ts';
export {
  parseRedisAddress,
  type RedisAccess,
  type RedisAddress,
  type RedisCluster,
  type RedisSettings,
  type SentinelRedis,
  type SingleRedis,
} from './settings.ts';

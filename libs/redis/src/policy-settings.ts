import { parseRedisAddress, type RedisAddress, type RedisSettings } from './settings.ts';

/** The `redis_*` fields that plugins of the compatible surface share, by their `policy`. */
export interface RedisPolicyConfig {
  readonly redis_host?: string;
  readonly redis_port?: number;
  readonly redis_username?: string;
  readonly redis_password?: string;
  readonly redis_database?: number;
  readonly redis_timeout?: number;
  readonly redis_ssl?: boolean;
  readonly redis_ssl_verify?: boolean;
  readonly redis_cluster_nodes?: readonly string[];
  readonly redis_cluster_ssl?: boolean;
  readonly redis_cluster_ssl_verify?: boolean;
  readonly redis_sentinels?: readonly RedisAddress[];
  readonly redis_master_name?: string;
  readonly sentinel_username?: string;
  readonly sentinel_password?: string;
  readonly redis_connect_timeout?: number;
  readonly redis_read_timeout?: number;
}

const timeoutMsDefault = 1_000;

/** What a plugin's configuration says of Redis; throws where a node of a cluster has no address. */
export function redisSettings(policy: string, config: RedisPolicyConfig): RedisSettings {
  if (policy === 'redis-cluster') return clusterSettings(config);
  if (policy === 'redis-sentinel') return sentinelSettings(config);
  const { redis_host: host = '127.0.0.1', redis_port: port = 6379, redis_database: database = 0 } = config;
  return {
    mode: 'single',
    host,
    port,
    database,
    username: config.redis_username,
    password: config.redis_password,
    timeoutMs: config.redis_timeout ?? timeoutMsDefault,
    tls: tlsOf(config.redis_ssl, config.redis_ssl_verify),
  };
}

function clusterSettings(config: RedisPolicyConfig): RedisSettings {
  return {
    mode: 'cluster',
    nodes: (config.redis_cluster_nodes ?? []).map((text) => {
      const address = parseRedisAddress(text);
      if (!address) throw new Error(`redis_cluster_nodes: "${text}" is not host:port`);
      return address;
    }),
    password: config.redis_password,
    timeoutMs: config.redis_timeout ?? timeoutMsDefault,
    tls: tlsOf(config.redis_cluster_ssl, config.redis_cluster_ssl_verify),
  };
}

function sentinelSettings(config: RedisPolicyConfig): RedisSettings {
  const { redis_connect_timeout: connectMs = timeoutMsDefault, redis_read_timeout: readMs = timeoutMsDefault } = config;
  return {
    mode: 'sentinel',
    sentinels: config.redis_sentinels ?? [],
    master: config.redis_master_name ?? '',
    database: config.redis_database ?? 0,
    username: config.redis_username,
    password: config.redis_password,
    sentinelUsername: config.sentinel_username,
    sentinelPassword: config.sentinel_password,
    timeoutMs: Math.max(connectMs, readMs),
  };
}

function tlsOf(isOn = false, verifies = false): { readonly verifies: boolean } | undefined {
  return isOn ? { verifies } : undefined;
}

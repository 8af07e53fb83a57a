/** Where a server listens. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** How the connection is encrypted. */
export interface RedisTls {
  /** Whether the server's certificate must be good, by `ca` (PEM) where the platform does not know who signed it. */
  readonly verifies: boolean;
  readonly ca?: string;
  /** Whom the certificate is for; the host unless given. */
  readonly serverName?: string | undefined;
}

/** How Redis is reached, wherever it is. */
export interface RedisAccess {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: RedisTls | undefined;
  /** Milliseconds that connecting may take, and each command. */
  readonly timeoutMs: number;
}

/** One server. */
export interface SingleRedis extends RedisAccess, RedisAddress {
  readonly mode: 'single';
  readonly database: number;
}

/** A cluster, by some of its nodes. */
export interface RedisCluster extends RedisAccess {
  readonly mode: 'cluster';
  readonly nodes: readonly RedisAddress[];
}

/** A master that sentinels know by name. */
export interface SentinelRedis extends RedisAccess {
  readonly mode: 'sentinel';
  readonly sentinels: readonly RedisAddress[];
  readonly master: string;
  readonly database: number;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
}

/** Where Redis is and how it is reached. */
export type RedisSettings = SingleRedis | RedisCluster | SentinelRedis;

const defaultPort = 6379;

/** Reads `host`, `host:port` or `[v6]:port`; undefined where it is none of them. */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3] ?? defaultPort);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** An address as it is written. */
export function addressText({ host, port }: RedisAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

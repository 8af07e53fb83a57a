import { choice, isSecretReference, Type, type TSchema } from '@sluice/schema';

const text = (minLength: number, title: string, description: string) =>
  Type.Optional(Type.String({ minLength, title, description }));

const count = (initial: number, minimum: number, title: string, description: string) =>
  Type.Integer({ default: initial, minimum, title, description });

const flag = (title: string, description: string) => Type.Boolean({ default: false, title, description });

const Password = text(0, 'Password', 'Password of the Redis user.');
const Username = text(1, 'User', 'User to sign in to Redis as.');
const Database = count(0, 0, 'Database', 'Number of the Redis database.');
const Timeout = count(
  1000,
  1,
  'Timeout',
  'Milliseconds that Redis may take to connect, to take and to answer a command.',
);
const withoutEffect = 'Without effect: each worker keeps one connection.';
const KeepaliveTimeout = count(10_000, 1000, 'Idle time', withoutEffect);
const KeepalivePool = count(100, 1, 'Idle connections', withoutEffect);

const redis = {
  redis_host: Type.String({ minLength: 2, title: 'Host', description: 'Host of the Redis server.' }),
  redis_port: count(6379, 1, 'Port', 'Port of the Redis server.'),
  redis_username: Username,
  redis_password: Password,
  redis_database: Database,
  redis_timeout: Timeout,
  redis_ssl: flag('TLS', 'Connects to Redis by TLS.'),
  redis_ssl_verify: flag('Verify', 'Verifies the certificate of Redis.'),
  redis_keepalive_timeout: KeepaliveTimeout,
  redis_keepalive_pool: KeepalivePool,
};

const cluster = {
  redis_cluster_nodes: Type.Array(Type.String({ minLength: 2, maxLength: 100 }), {
    minItems: 1,
    title: 'Nodes',
    description: 'Some nodes of the cluster, `host:port`; they name the others.',
  }),
  redis_cluster_name: Type.String({ title: 'Cluster', description: 'A name for the cluster, to tell two apart.' }),
  redis_password: Password,
  redis_timeout: Timeout,
  redis_cluster_ssl: flag('TLS', 'Connects to the cluster by TLS.'),
  redis_cluster_ssl_verify: flag('Verify', 'Verifies the certificates of the cluster.'),
  redis_keepalive_timeout: KeepaliveTimeout,
  redis_keepalive_pool: KeepalivePool,
};

const Sentinel = Type.Object(
  {
    host: Type.String({ minLength: 2, title: 'Host', description: 'Host of the sentinel.' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, title: 'Port', description: 'Port of the sentinel.' }),
  },
  { additionalProperties: false },
);

const sentinel = {
  redis_sentinels: Type.Array(Sentinel, {
    minItems: 1,
    title: 'Sentinels',
    description: 'Sentinels to ask for the master.',
  }),
  redis_master_name: Type.String({
    minLength: 1,
    title: 'Master',
    description: 'Name under which the sentinels know it.',
  }),
  redis_role: choice(['master', 'slave'], {
    default: 'master',
    title: 'Role',
    description: 'Which server to use. Only `master` can count.',
  }),
  redis_username: Username,
  redis_password: Password,
  redis_database: Database,
  sentinel_username: text(1, 'User of the sentinels', 'User to sign in to the sentinels as.'),
  sentinel_password: text(0, 'Password of the sentinels', 'Password of that user.'),
  redis_connect_timeout: count(1000, 1, 'Time to connect', 'Milliseconds that connecting may take.'),
  redis_read_timeout: count(1000, 1, 'Time to answer', 'Milliseconds that an answer may take.'),
  redis_keepalive_timeout: count(60_000, 1, 'Idle time', withoutEffect),
};

/** `host`, `host:port` or `[v6]:port`. */
const address = /^(?:\[[^\]\s]+\]|[^:[\]\s]+)(?::\d{1,5})?$/;

const isPolicy = (policy: string) => ({ properties: { policy: { enum: [policy] } } });

/** Where a limit may count besides the data plane itself. */
type RedisPolicy = 'redis' | 'redis-cluster' | 'redis-sentinel';

/** The field that says where a limit counts: on the data plane itself, or in one of these. */
export const policyField = <const P extends RedisPolicy>(policies: readonly P[]) =>
  choice(['local', ...policies], {
    default: 'local',
    title: 'Where to count',
    description:
      '`local` counts across all workers of one data plane, the others across all data planes that use one Redis.',
  });

const fieldsOf: Readonly<Record<RedisPolicy, Readonly<Record<string, TSchema>>>> = {
  redis,
  'redis-cluster': cluster,
  'redis-sentinel': sentinel,
};

/** The branches of a limit's configuration that say where Redis is, for each policy; `more` are fields of all of them. */
export function redisPolicies(
  [policy, ...rest]: readonly RedisPolicy[],
  more: Readonly<Record<string, TSchema>> = {},
): Record<string, unknown> {
  if (policy === undefined) return {};
  const branch = { if: isPolicy(policy), then: Type.Object({ ...fieldsOf[policy], ...more }) };
  return rest.length === 0 ? branch : { ...branch, else: redisPolicies(rest, more) };
}

const kept = { meaning: withoutEffect };

/** What those fields mean that is not what they mean in APISIX. */
export const redisDifferences = { redis_keepalive_timeout: kept, redis_keepalive_pool: kept };

/** What the schema cannot say of those fields. */
interface RedisFields {
  readonly redis_cluster_nodes?: readonly string[];
  readonly redis_role?: string;
}

/** What is wrong with where Redis is said to be. */
export function checkRedis(policy: string, config: object): string | undefined {
  const { redis_cluster_nodes: nodes = [], redis_role: role } = config as RedisFields;
  const wrong = nodes.find((node) => !isSecretReference(node) && !address.test(node));
  if (policy === 'redis-cluster' && wrong !== undefined) return `redis_cluster_nodes: "${wrong}" is not host:port`;
  return policy === 'redis-sentinel' && role === 'slave' ? 'redis_role "slave" cannot count: it only reads' : undefined;
}

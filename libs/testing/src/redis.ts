import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, freePorts } from './free-port.ts';
import { keepServer, startKept, untilAnswering, type ServerControls } from './kept-server.ts';

const run = promisify(execFile);
const SERVER = process.env.SLUICE_TEST_REDIS ?? 'redis-server';
const CLIENT = process.env.SLUICE_TEST_REDIS_CLI ?? 'redis-cli';
/** How long members of a cluster wait for each other, in milliseconds: a test's patience, not production's. */
const PATIENCE_MS = 500;

/** A real Redis that keeps nothing on disk; `await using` ends it. */
export interface TestRedis extends ServerControls {
  readonly host: string;
  /** Where it listens, also after a restart. */
  readonly port: number;
  /** Says a command to it, as `redis-cli` does, and answers what it prints. */
  say(...command: readonly string[]): Promise<string>;
}

/** How a Redis is started. Certificate and key are PEM. */
export interface TestRedisOptions {
  readonly password?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Further options of the server, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts Redis on a free port of 127.0.0.1. It ends with this process, however that ends. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  return startServer(await freePort(), options);
}

/** Masters that share the slots among them, each with so many replicas. */
export interface TestRedisCluster extends AsyncDisposable {
  readonly masters: readonly TestRedis[];
  readonly replicas: readonly TestRedis[];
  /** All of them, as nodes are configured: `host:port`. */
  readonly nodes: readonly string[];
}

/** Starts a cluster of three masters; resolves when each of them knows who has which slot. */
export async function startRedisCluster(replicasEach: 0 | 1 = 0): Promise<TestRedisCluster> {
  const size = 3 * (1 + replicasEach);
  const ports = await freePorts(size * 2);
  const members = await Promise.all(
    ports.slice(0, size).map((port, at) =>
      startServer(port, {
        settings: {
          'cluster-enabled': 'yes',
          'cluster-node-timeout': String(PATIENCE_MS),
          'cluster-port': String(ports[size + at]),
          'cluster-replica-validity-factor': '0',
        },
      }),
    ),
  );
  const nodes = members.map(({ host, port }) => `${host}:${port}`);
  const count = String(replicasEach);
  await run(CLIENT, ['--cluster', 'create', ...nodes, '--cluster-replicas', count, '--cluster-yes']);
  await untilAnswering('The Redis cluster', async () => {
    const states = await Promise.all(members.map((member) => member.say('CLUSTER', 'INFO')));
    return states.every((state) => state.includes('cluster_state:ok'));
  });
  const roles = await Promise.all(members.map((member) => member.say('ROLE')));
  return {
    masters: members.filter((_, at) => roles[at]?.startsWith('master')),
    replicas: members.filter((_, at) => !roles[at]?.startsWith('master')),
    nodes,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/** A master and a replica under the eyes of one sentinel. */
export interface TestRedisSentinel extends AsyncDisposable {
  readonly sentinel: TestRedis;
  readonly masterName: string;
  /** The first master, and the one that takes over when it is killed. */
  readonly servers: readonly [TestRedis, TestRedis];
}

/** Starts a master, its replica and a sentinel (with a password, if any) that puts one in place of the other within a second. */
export async function startRedisSentinel(password?: string): Promise<TestRedisSentinel> {
  const masterName = 'mymaster';
  const master = await startRedis();
  const replica = await startRedis({ settings: { replicaof: `${master.host} ${master.port}` } });
  await untilAnswering('The replica', async () => (await replica.say('ROLE')).includes('connected'));
  const watch = [
    `sentinel monitor ${masterName} ${master.host} ${master.port} 1`,
    `sentinel down-after-milliseconds ${masterName} ${PATIENCE_MS / 2}`,
    `sentinel failover-timeout ${masterName} ${PATIENCE_MS * 2}`,
  ];
  const sentinel = await startServer(await freePort(), {
    sentinel: watch,
    ...(password !== undefined && { password }),
  });
  await untilAnswering('The sentinel', async () =>
    (await sentinel.say('SENTINEL', 'REPLICAS', masterName)).includes(String(replica.port)),
  );
  const all = [sentinel, replica, master];
  return {
    sentinel,
    masterName,
    servers: [master, replica],
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

interface ServerOptions extends TestRedisOptions {
  /** Lines of its configuration, for a server that is a sentinel. */
  readonly sentinel?: readonly string[];
}

async function startServer(port: number, options: ServerOptions): Promise<TestRedis> {
  const host = '127.0.0.1';
  const directory = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  // A sentinel writes down what it learns in the file that it was started with.
  const file = join(directory, 'redis.conf');
  for (const [name, pem] of Object.entries(options.tls ?? {})) await writeFile(join(directory, `${name}.pem`), pem);
  const lines = settingsFor(host, port, options).map(([name, value]) => `${name} ${value}`);
  await writeFile(file, [...lines, ...(options.sentinel ?? []), ''].join('\n'));
  const args = options.sentinel ? [file, '--sentinel'] : [file];
  const tell = keepServer({ file: SERVER, args, directory });
  const say = async (...command: readonly string[]): Promise<string> => {
    const access = [
      ...(options.password === undefined ? [] : ['-a', options.password, '--no-auth-warning']),
      ...(options.tls ? ['--tls', '--insecure'] : []),
    ];
    const { stdout } = await run(CLIENT, ['-h', host, '-p', String(port), ...access, ...command], { timeout: 5_000 });
    return stdout;
  };
  const answers = async () => (await say('PING').catch(() => '')).includes('PONG');
  return { host, port, say, ...(await startKept('Redis', tell, answers)) };
}

function settingsFor(host: string, port: number, { password, tls, settings }: TestRedisOptions): [string, string][] {
  return Object.entries({
    bind: host,
    ...(tls
      ? {
          port: '0',
          'tls-port': String(port),
          'tls-cert-file': 'cert.pem',
          'tls-key-file': 'key.pem',
          'tls-ca-cert-file': 'cert.pem',
          'tls-auth-clients': 'no',
        }
      : { port: String(port) }),
    save: '""',
    appendonly: 'no',
    // A replica would wait five seconds for others to come.
    'repl-diskless-sync-delay': '0',
    ...(password !== undefined && { requirepass: password }),
    ...settings,
  });
}

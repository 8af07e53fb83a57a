import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-port.ts';
import { keepServer, untilAnswering } from './kept-server.ts';

const BINARY = process.env.SLUICE_TEST_ETCD ?? '/usr/bin/etcd';

/** A real etcd with a directory of its own; `await using` ends it. */
export interface TestEtcd extends AsyncDisposable {
  /** Where it listens for clients, also after a restart. */
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would: nothing is flushed. */
  kill(): Promise<void>;
  /** Starts it again on its old data; kills it first where it still runs. */
  restart(): Promise<void>;
  /** Stops it in its tracks: its sockets stay open, and nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Certificates as paths of PEM files; `clientCa` makes client certificates compulsory. */
export interface TestEtcdTls {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** Starts etcd on a free port of 127.0.0.1. It ends with this process, however that ends. */
export async function startEtcd(options: { readonly tls?: TestEtcdTls } = {}): Promise<TestEtcd> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-etcd-'));
  const [port, peerPort, healthPort] = await freePorts(3);
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const args = serverArguments(url, peerPort, healthPort, options.tls);
  const tell = keepServer({ file: BINARY, args, directory });
  const start = async (): Promise<void> => {
    await tell('start');
    // It listens long before it answers: only with a leader, itself, it can serve.
    await untilAnswering('etcd', () => isHealthy(healthPort));
  };
  await start();
  return {
    url,
    port,
    kill: () => tell('KILL'),
    restart: async () => {
      await tell('KILL');
      await start();
    },
    pause: () => tell('STOP'),
    resume: () => tell('CONT'),
    [Symbol.asyncDispose]: () => tell('end'),
  };
}

function serverArguments(url: string, peerPort: number, healthPort: number, tls?: TestEtcdTls): string[] {
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const settings = {
    'data-dir': 'data',
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `default=${peerUrl}`,
    'listen-metrics-urls': `http://127.0.0.1:${healthPort}`,
    // Alone it elects itself after this long: the default of a second would be most of a test's time.
    'heartbeat-interval': 20,
    'election-timeout': 200,
    'log-level': 'error',
    ...(tls && { 'cert-file': tls.cert, 'key-file': tls.key }),
    ...(tls?.clientCa && { 'trusted-ca-file': tls.clientCa, 'client-cert-auth': 'true' }),
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // It is still starting.
    return false;
  }
}

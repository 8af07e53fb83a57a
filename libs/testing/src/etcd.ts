import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-port.ts';
import { keepServer, startKept, type ServerControls } from './kept-server.ts';

const BINARY = process.env.SLUICE_TEST_ETCD ?? '/usr/bin/etcd';

/** A real etcd with a directory of its own; `await using` ends it. */
export interface TestEtcd extends ServerControls {
  /** Where it listens for clients, also after a restart. */
  readonly url: string;
  readonly port: number;
}

/** Certificates as paths of PEM files; `clientCa` makes client certificates compulsory. */
export interface TestEtcdTls {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** Starts etcd on a free port of 127.0.0.1. It ends with this process, however that ends. */
export async function startEtcd(options: { readonly tls?: TestEtcdTls } = {}): Promise<TestEtcd> {
  const place = await newPlace('default', options.tls);
  return startMember(place, [place], options.tls);
}

/** Several etcd that are one; it answers as long as more than half of them run. */
export interface TestEtcdCluster extends AsyncDisposable {
  readonly members: readonly TestEtcd[];
  /** All of them, as endpoints are configured: separated by commas. */
  readonly endpoints: string;
  /** Which member leads now. */
  leader(): Promise<TestEtcd>;
}

/** Starts a cluster of etcd members on free ports of 127.0.0.1; resolves when all of them answer. */
export async function startEtcdCluster(size: number): Promise<TestEtcdCluster> {
  const places = await Promise.all(Array.from({ length: size }, (_, i) => newPlace(`member-${i + 1}`)));
  // None answers before most of them run.
  const members = await Promise.all(places.map((place) => startMember(place, places)));
  return {
    members,
    endpoints: members.map(({ url }) => url).join(','),
    leader: async () => {
      const leads = await Promise.all(places.map(({ healthPort }) => isLeader(healthPort)));
      const leader = members[leads.indexOf(true)];
      if (!leader) throw new Error('No member of etcd leads.');
      return leader;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/** Where a member lives and listens. */
interface Place {
  readonly name: string;
  readonly directory: string;
  readonly port: number;
  readonly url: string;
  readonly peerUrl: string;
  readonly healthPort: number;
}

async function newPlace(name: string, tls?: TestEtcdTls): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-etcd-'));
  const [port, peerPort, healthPort] = await freePorts(3);
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { name, directory, port, url, peerUrl: `http://127.0.0.1:${peerPort}`, healthPort };
}

async function startMember(place: Place, all: readonly Place[], tls?: TestEtcdTls): Promise<TestEtcd> {
  const { url, port, directory, healthPort } = place;
  const tell = keepServer({ file: BINARY, args: serverArguments(place, all, tls), directory });
  // It listens long before it answers: only with a leader it can serve.
  return { url, port, ...(await startKept('etcd', tell, () => isHealthy(healthPort))) };
}

function serverArguments(place: Place, all: readonly Place[], tls?: TestEtcdTls): string[] {
  const { name, url, peerUrl, healthPort } = place;
  const settings = {
    name,
    'data-dir': 'data',
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': all.map((member) => `${member.name}=${member.peerUrl}`).join(','),
    'listen-metrics-urls': `http://127.0.0.1:${healthPort}`,
    // A leader is elected after this long: the default of a second would be most of a test's time.
    'heartbeat-interval': 20,
    'election-timeout': 200,
    'log-level': 'error',
    ...(tls && { 'cert-file': tls.cert, 'key-file': tls.key }),
    ...(tls?.clientCa && { 'trusted-ca-file': tls.clientCa, 'client-cert-auth': 'true' }),
  };
  return Object.entries(settings).map(([option, value]) => `--${option}=${value}`);
}

async function isLeader(port: number): Promise<boolean> {
  try {
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(2_000) });
    return /^etcd_server_is_leader 1$/m.test(await metrics.text());
  } catch {
    // It does not run.
    return false;
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // It is still starting.
    return false;
  }
}

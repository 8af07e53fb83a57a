// oxlint-disable-next-line no-restricted-imports -- Not waiting for something, but how long a fault lasts.
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { type Cluster, type Member, startCluster, startMember, Traffic, until } from '../src/index.ts';

const rounds = process.env.SLUICE_TEST_LONG ? 100 : 20;
const seed = Number(process.env.SLUICE_TEST_SEED ?? 4_711);

test(
  `the cluster survives ${rounds} faults under traffic and writes (seed ${seed})`,
  { timeout: 1_800_000 },
  async () => {
    const random = seededRandom(seed);
    await using origin = await startUpstream((_req, res) => res.end('origin'));
    await using cluster = await startCluster();
    const writer = new Writer(cluster, origin.port);
    await writer.put('steady', '/steady');
    const first = await headOf(cluster);
    for (const dataPlane of cluster.dataPlanes) await untilKept(dataPlane, first);
    const traffic = new Traffic({ port: cluster.port, path: '/steady', expected: 'origin' }, 4);
    const writing = writer.run();
    const kills: Kill[] = [];
    const log: string[] = [];

    for (let round = 0; round < rounds; round += 1) {
      const fault = random.pick(faults);
      log.push(`round ${round + 1}: ${fault.name}`);
      await fault.run(cluster, {
        lastsMs: 100 + random.below(900),
        pick: random.pick,
        kill: async ({ child }) => {
          const from = performance.now();
          await child.end('SIGKILL');
          kills.push({ from, to: performance.now() });
        },
      });
    }
    writer.stop();
    await writing;
    const head = await headOf(cluster);
    for (const dataPlane of cluster.dataPlanes) await untilServed(dataPlane, head);
    await traffic.stop();

    const unexplained = traffic.failures.filter(
      ({ startedAt, endedAt }) => !kills.some(({ from, to }) => startedAt <= to && from <= endedAt),
    );
    expect(unexplained, log.join('\n')).toEqual([]);
    expect(traffic.answered).toBeGreaterThan(rounds * 10);
    const stored = await listIds(cluster);
    expect(writer.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  },
);

interface FaultTools {
  readonly lastsMs: number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Ends a data plane; requests on connections that it has open then may fail. */
  readonly kill: (member: Member) => Promise<void>;
}

/** When a data plane was being killed, on the clock of the clients. */
interface Kill {
  readonly from: number;
  readonly to: number;
}

interface Fault {
  readonly name: string;
  run(cluster: Cluster, tools: FaultTools): Promise<void>;
}

const faults: readonly Fault[] = [
  {
    name: 'kill -9 of a data plane',
    run: async ({ dataPlanes }, { pick, lastsMs, kill }) => {
      const victim = pick(dataPlanes);
      await kill(victim);
      await pause(lastsMs);
      await startMember(victim);
    },
  },
  {
    name: 'kill -9 of a control plane',
    run: async ({ controlPlanes }, { pick, lastsMs }) => {
      const victim = pick(controlPlanes);
      await victim.child.end('SIGKILL');
      await pause(lastsMs);
      await startMember(victim);
    },
  },
  {
    name: 'kill -9 of PostgreSQL',
    run: async ({ postgres }, { lastsMs }) => {
      await postgres.kill();
      await pause(lastsMs);
      await postgres.restart();
    },
  },
  {
    name: 'kill -9 of etcd',
    run: async ({ etcd }, { lastsMs }) => {
      await etcd.kill();
      await pause(lastsMs);
      await etcd.restart();
    },
  },
  { name: 'the link to PostgreSQL hangs', run: ({ postgresLink }, tools) => hang(postgresLink, tools) },
  { name: 'the link to etcd hangs', run: ({ etcdLink }, tools) => hang(etcdLink, tools) },
  { name: 'the link to PostgreSQL is cut', run: ({ postgresLink }, tools) => cut(postgresLink, tools) },
  { name: 'the link to etcd is cut', run: ({ etcdLink }, tools) => cut(etcdLink, tools) },
  { name: 'the link of the data plane on gRPC hangs', run: ({ grpcLink }, tools) => hang(grpcLink, tools) },
  { name: 'the link of the data plane on gRPC is cut', run: ({ grpcLink }, tools) => cut(grpcLink, tools) },
  { name: 'the links to PostgreSQL lose their answers', run: async ({ postgresLink }) => postgresLink.loseAnswers() },
  { name: 'the links to etcd lose their answers', run: async ({ etcdLink }) => etcdLink.loseAnswers() },
  {
    name: 'all links are reset',
    run: async ({ postgresLink, etcdLink, grpcLink }) => {
      for (const link of [postgresLink, etcdLink, grpcLink]) link.reset();
    },
  },
  {
    name: 'a data plane restarts with everything else down',
    run: async ({ dataPlanes, postgres, etcdLink, controlPlanes }, { pick, kill }) => {
      const victim = pick(dataPlanes);
      for (const { child } of controlPlanes) await child.end('SIGKILL');
      await postgres.kill();
      etcdLink.cut();
      await kill(victim);
      await startMember(victim);
      etcdLink.pass();
      await postgres.restart();
      for (const controlPlane of controlPlanes) await startMember(controlPlane);
    },
  },
  {
    name: 'a data plane stands still',
    run: async ({ dataPlanes }, { pick, lastsMs }) => {
      const victim = pick(dataPlanes);
      victim.child.signal('SIGSTOP');
      await pause(lastsMs);
      victim.child.signal('SIGCONT');
    },
  },
];

interface Link {
  hang(): void;
  cut(): void;
  pass(): void;
}

async function hang(link: Link, { lastsMs }: FaultTools): Promise<void> {
  link.hang();
  await pause(lastsMs);
  link.pass();
}

async function cut(link: Link, { lastsMs }: FaultTools): Promise<void> {
  link.cut();
  await pause(lastsMs);
  link.pass();
}

/** Writes routes one after the other, to whichever control plane takes them, and remembers what was acknowledged. */
class Writer {
  readonly acknowledged: string[] = [];
  readonly #cluster: Cluster;
  readonly #port: number;
  #isOver = false;

  constructor(cluster: Cluster, port: number) {
    this.#cluster = cluster;
    this.#port = port;
  }

  async run(): Promise<void> {
    for (let i = 0; !this.#isOver; i += 1) {
      const id = `w${i}`;
      await this.put(id, `/w/${i}`).catch(() => undefined);
      await pause(20);
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  async put(id: string, uri: string): Promise<void> {
    const route = { uri, upstream: { nodes: { [`127.0.0.1:${this.#port}`]: 1 } } };
    const [first, second] = this.#cluster.controlPlanes;
    // A write that is not acknowledged may or may not be there; the second control plane is asked in its place.
    await first?.admin?.put(`routes/${id}`, route).catch(() => second?.admin?.put(`routes/${id}`, route));
    this.acknowledged.push(id);
  }
}

interface Head {
  readonly revision: number;
  readonly digest: string;
}

async function headOf({ controlPlanes }: Cluster): Promise<Head> {
  const [first] = controlPlanes;
  if (!first?.admin) throw new Error('There is no control plane.');
  const { admin } = first;
  return until(() => admin.group(), 'A control plane that knows the head');
}

async function untilServed({ name, controlUrl }: Member, head: Head): Promise<void> {
  await until(
    async () => {
      const served = (await (await fetch(`${controlUrl}/v1/revision`)).json()) as {
        applied_revision: number;
        digest: string;
      };
      if (served.applied_revision === head.revision && served.digest === head.digest) return true;
      throw new Error(
        `${name} serves ${served.applied_revision} ${served.digest}, not ${head.revision} ${head.digest}`,
      );
    },
    `${name} at revision ${head.revision}`,
    60_000,
  );
}

/** Waits until a data plane would begin with this revision, were it started with everything else down. */
async function untilKept(dataPlane: Member, head: Head): Promise<void> {
  await untilServed(dataPlane, head);
  await until(async () => {
    const { kept_revision: kept } = (await (await fetch(`${dataPlane.controlUrl}/v1/revision`)).json()) as {
      kept_revision: number | null;
    };
    return kept === head.revision;
  }, `${dataPlane.name} having revision ${head.revision} on disk`);
}

async function listIds({ controlPlanes }: Cluster): Promise<Set<string>> {
  const answer = await controlPlanes[0]?.admin?.call('GET', '/apisix/admin/routes');
  const { list = [] } = (answer?.body ?? {}) as { list?: { value: { id: string } }[] };
  return new Set(list.map(({ value }) => value.id));
}

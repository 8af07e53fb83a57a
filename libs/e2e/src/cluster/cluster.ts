import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FaultyProxy,
  freePorts,
  startEtcd,
  startPostgresServer,
  type TestEtcd,
  type TestPostgresServer,
} from '@sluice/testing';
import { AdminClient } from '../house/admin-client.ts';
import { builtApp, Child } from '../house/child.ts';
import { until } from '../house/until.ts';
import { startBalancer } from './balancer.ts';
import { buildOlderDataPlane } from './older-build.ts';

const adminKey = 'cluster-0123456789abcdef0123456789abcdef';
const keyRing = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** A process of the cluster, and where it answers for itself. */
export interface Member {
  readonly name: string;
  readonly child: Child;
  readonly readyUrl: string;
  /** Of data planes: the control API. */
  readonly controlUrl?: string;
  /** Of data planes: where it proxies. */
  readonly proxyUrl?: string;
  readonly admin?: AdminClient;
}

/**
 * Two control planes, three data planes on etcd and one on gRPC, behind HAProxy; PostgreSQL and etcd behind links that fail.
 * The third data plane is one minor version older than the rest.
 */
export interface Cluster extends AsyncDisposable {
  readonly postgres: TestPostgresServer;
  readonly etcd: TestEtcd;
  readonly postgresLink: FaultyProxy;
  readonly etcdLink: FaultyProxy;
  /** Between the data plane on gRPC and its control plane. */
  readonly grpcLink: FaultyProxy;
  readonly controlPlanes: readonly Member[];
  readonly dataPlanes: readonly Member[];
  /** Where clients go. */
  readonly port: number;
}

/** Starts a member and waits until it is ready. */
export async function startMember({ name, child, readyUrl }: Member): Promise<void> {
  child.start();
  await until(async () => {
    if (!child.isRunning) throw new Error(child.describe());
    return (await fetch(readyUrl)).ok;
  }, `${name} being ready`).catch((error: unknown) => {
    throw new Error(child.describe(), { cause: error });
  });
}

/** Starts all of it on an empty database. */
export async function startCluster(): Promise<Cluster> {
  const cleanUp = new AsyncDisposableStack();
  const postgres = cleanUp.use(await startPostgresServer());
  const etcd = cleanUp.use(await startEtcd());
  const postgresLink = cleanUp.use(await FaultyProxy.start(postgres.port));
  const etcdLink = cleanUp.use(await FaultyProxy.start(etcd.port));
  const directory = await mkdtemp(join(tmpdir(), 'sluice-cluster-'));
  cleanUp.defer(() => rm(directory, { recursive: true, force: true }));
  const common = {
    SLUICE_DATABASE_URL: postgres.url('postgres').replace(/:\d+\//, `:${new URL(postgresLink.url).port}/`),
    SLUICE_ETCD_ENDPOINTS: etcdLink.url,
    SLUICE_KEYRING: keyRing,
    SLUICE_ADMIN_KEY: adminKey,
    SLUICE_ACCESS_LOG: 'off',
  };
  const controlPlanes = await Promise.all([1, 2].map((n) => controlPlane(`control-plane-${n}`, directory, common)));
  for (const { member } of controlPlanes) await startMember(member);
  const grpcLink = cleanUp.use(await FaultyProxy.start(controlPlanes[0]?.grpcPort ?? 0));
  const grpcPort = Number(new URL(grpcLink.url).port);
  const older = await buildOlderDataPlane();
  const dataPlanes = await Promise.all(
    [1, 2, 3, 4].map((n) =>
      dataPlane(`data-plane-${n}`, directory, common, {
        script: n === 3 ? older : builtApp('dataplane'),
        grpcPort: n === 4 ? grpcPort : null,
      }),
    ),
  );
  for (const { member } of dataPlanes) {
    cleanUp.defer(() => member.child.end('SIGKILL'));
    await startMember(member);
  }
  for (const { member } of controlPlanes) cleanUp.defer(() => member.child.end('SIGKILL'));
  const [port] = await freePorts(1);
  cleanUp.use(await startBalancer(balancerNames(port, dataPlanes), port));
  return {
    postgres,
    etcd,
    postgresLink,
    etcdLink,
    grpcLink,
    controlPlanes: controlPlanes.map(({ member }) => member),
    dataPlanes: dataPlanes.map(({ member }) => member),
    port,
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

function balancerNames(port: number, dataPlanes: readonly { readonly httpPort: number }[]): Record<string, string> {
  const names = dataPlanes.map(({ httpPort }, i) => [`SLUICE_DATA_PLANE_${i + 1}`, `127.0.0.1:${httpPort}`]);
  return { SLUICE_BALANCER: `127.0.0.1:${port}`, ...Object.fromEntries(names) };
}

async function controlPlane(name: string, directory: string, common: Record<string, string>) {
  const [admin, grpcPort] = await freePorts(2);
  const url = `http://127.0.0.1:${admin}`;
  const child = new Child(name, builtApp('control-plane'), {
    ...common,
    SLUICE_DATA_DIR: join(directory, name),
    SLUICE_ADMIN_PORT: String(admin),
    SLUICE_GRPC_PORT: String(grpcPort),
  });
  return { member: { name, child, readyUrl: `${url}/healthz`, admin: new AdminClient(url, adminKey) }, grpcPort };
}

interface DataPlaneBuild {
  readonly script: string;
  /** Of the control plane that it streams from; null where it takes its configuration from etcd. */
  readonly grpcPort: number | null;
}

async function dataPlane(
  name: string,
  directory: string,
  common: Record<string, string>,
  { script, grpcPort }: DataPlaneBuild,
) {
  const [httpPort, controlPort, metricsPort] = await freePorts(3);
  const { SLUICE_DATABASE_URL: _database, SLUICE_KEYRING: _ring, SLUICE_ADMIN_KEY: _key, ...shared } = common;
  const controlUrl = `http://127.0.0.1:${controlPort}`;
  const child = new Child(name, script, {
    ...shared,
    ...(grpcPort === null
      ? { SLUICE_SOURCE: 'etcd' }
      : { SLUICE_SOURCE: 'control-plane', SLUICE_CONTROL_PLANE: `127.0.0.1:${grpcPort}` }),
    SLUICE_DATA_DIR: join(directory, name),
    SLUICE_HTTP_PORT: String(httpPort),
    SLUICE_HTTPS_PORT: '0',
    SLUICE_CONTROL_PORT: String(controlPort),
    SLUICE_METRICS_PORT: String(metricsPort),
  });
  const proxyUrl = `http://127.0.0.1:${httpPort}`;
  return { member: { name, child, readyUrl: `${controlUrl}/readyz`, controlUrl, proxyUrl }, httpPort };
}

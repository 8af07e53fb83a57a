import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgres } from '@sluice/testing';
import { Client } from 'pg';
import { AdminClient } from './admin-client.ts';
import { builtApp, Child } from './child.ts';
import { until } from './until.ts';

const adminKey = 'e2e-0123456789abcdef0123456789abcdef';

/** Ports of a house; all on loopback. */
export interface HousePorts {
  readonly admin: number;
  readonly grpc: number;
  readonly http: number;
  readonly control: number;
  readonly metrics: number;
}

/** What the data plane says of itself. */
export interface ServedRevision {
  readonly applied_revision: number;
  readonly digest: string;
  readonly resource_count: number;
}

/** The built product in its smallest form: Postgres, a control plane and a data plane, as processes of their own. */
export class House implements AsyncDisposable {
  readonly ports: HousePorts;
  readonly controlPlane: Child;
  readonly dataPlane: Child;
  readonly admin: AdminClient;
  readonly dataDir: string;
  readonly #databaseUrl: string;
  readonly #cleanUp: AsyncDisposableStack;

  constructor(ports: HousePorts, env: HouseEnvironment, cleanUp: AsyncDisposableStack) {
    this.ports = ports;
    this.controlPlane = new Child('control plane', builtApp('control-plane'), env);
    this.dataPlane = new Child('data plane', builtApp('dataplane'), env);
    this.admin = new AdminClient(`http://127.0.0.1:${ports.admin}`, adminKey);
    this.dataDir = env.SLUICE_DATA_DIR;
    this.#databaseUrl = env.SLUICE_DATABASE_URL;
    this.#cleanUp = cleanUp;
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  get adminKey(): string {
    return adminKey;
  }

  async startControlPlane(): Promise<void> {
    this.controlPlane.start();
    await this.#untilOk(`http://127.0.0.1:${this.ports.admin}/readyz`, this.controlPlane);
  }

  async startDataPlane(): Promise<void> {
    this.dataPlane.start();
    await this.#untilOk(`http://127.0.0.1:${this.ports.control}/readyz`, this.dataPlane);
  }

  /** What is in service right now. */
  async served(): Promise<ServedRevision> {
    const response = await fetch(`http://127.0.0.1:${this.ports.control}/v1/revision`);
    return (await response.json()) as ServedRevision;
  }

  /** Waits until the data plane serves exactly what the control plane holds, and returns that. */
  async untilInSync(withinMs = 30_000): Promise<ServedRevision> {
    return until(
      async () => {
        const [served, group] = await Promise.all([this.served(), this.admin.group()]);
        return served.applied_revision === group.revision && served.digest === group.digest && served;
      },
      'Data plane and control plane in the same state',
      withinMs,
    );
  }

  /** Everything in the database, as text: every row of every table. */
  async databaseDump(): Promise<string> {
    const client = new Client({ connectionString: this.#databaseUrl });
    await client.connect();
    try {
      const tables = await client.query<{ name: string }>(
        `SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      const union = tables.rows.map(({ name }) => `SELECT t::text AS row FROM ${name} t`).join(' UNION ALL ');
      return JSON.stringify((await client.query(union)).rows);
    } finally {
      await client.end();
    }
  }

  async #untilOk(url: string, child: Child): Promise<void> {
    const isOk = async () => {
      if (!child.isRunning) throw new Error(child.describe());
      return (await fetch(url)).ok;
    };
    await until(isOk, `${url} answering 200`).catch((error: unknown) => {
      throw new Error(child.describe(), { cause: error });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dataPlane.end('SIGTERM');
    await this.controlPlane.end('SIGTERM');
    await this.#cleanUp.disposeAsync();
  }
}

/** Starts a house on an empty database. */
export async function startHouse(extra: Readonly<Record<string, string>> = {}): Promise<House> {
  const cleanUp = new AsyncDisposableStack();
  const database = cleanUp.use(await startPostgres());
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-house-'));
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  const ports: HousePorts = {
    admin: await freePort(),
    grpc: await freePort(),
    http: await freePort(),
    control: await freePort(),
    metrics: await freePort(),
  };
  const house = new House(ports, { ...environment(ports, dataDir, database.url), ...extra }, cleanUp);
  await house.startControlPlane();
  await house.startDataPlane();
  return house;
}

type HouseEnvironment = Readonly<Record<string, string>> & {
  readonly SLUICE_DATA_DIR: string;
  readonly SLUICE_DATABASE_URL: string;
};

function environment(ports: HousePorts, dataDir: string, databaseUrl: string): HouseEnvironment {
  return {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_DATABASE_URL: databaseUrl,
    SLUICE_ADMIN_KEY: adminKey,
    SLUICE_ADMIN_PORT: String(ports.admin),
    SLUICE_GRPC_PORT: String(ports.grpc),
    SLUICE_HTTP_PORT: String(ports.http),
    SLUICE_HTTPS_PORT: '0',
    SLUICE_CONTROL_PORT: String(ports.control),
    SLUICE_METRICS_PORT: String(ports.metrics),
    SLUICE_SOURCE: 'control-plane',
    SLUICE_CONTROL_PLANE: `127.0.0.1:${ports.grpc}`,
  };
}

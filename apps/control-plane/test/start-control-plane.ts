import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@sluice/testing';
import { DataSource } from 'typeorm';
import { readSettings } from '../src/config/settings.ts';
import { startApp, type RunningApp } from '../src/start-app.ts';

/** A control plane of a test: in this process, on a port and a database of its own. */
export interface TestControlPlane extends AsyncDisposable {
  readonly url: string;
  readonly adminKey: string;
  readonly app: RunningApp['app'];
  readonly database: DataSource;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Calls an API with the admin key; the answer's body is read as JSON where it is JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** An answer, body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of every shape; a wrong path fails the test.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Starts a control plane. With `databaseUrl` it shares the database of another one. */
export async function startControlPlane(env: Record<string, string> = {}): Promise<TestControlPlane> {
  const own = env.SLUICE_DATABASE_URL ? undefined : await startPostgres();
  const databaseUrl = env.SLUICE_DATABASE_URL ?? own?.url ?? '';
  const dataDir = env.SLUICE_DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'sluice-test-')));
  const adminKey = randomBytes(16).toString('hex');
  const settings = readSettings({
    SLUICE_DATABASE_URL: databaseUrl,
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ADMIN_KEY: adminKey,
    SLUICE_ADMIN_PORT: '0',
    SLUICE_GRPC_PORT: '0',
    SLUICE_LOG_LEVEL: 'silent',
    ...env,
  });
  const { app, url, close } = await startApp(settings);
  return {
    url,
    adminKey,
    app,
    databaseUrl,
    dataDir,
    database: app.get(DataSource),
    call: (method, path, body, headers) => call(url + path, method, body, { 'x-api-key': adminKey, ...headers }),
    [Symbol.asyncDispose]: async () => {
      await close();
      await own?.[Symbol.asyncDispose]();
      if (!env.SLUICE_DATA_DIR) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function call(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method, headers, ...(sent !== undefined && { body: sent }) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

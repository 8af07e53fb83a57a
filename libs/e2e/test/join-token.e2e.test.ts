import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgres, startUpstream } from '@sluice/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AdminClient, Child, startMember, until } from '../src/index.ts';
import { builtApp } from '../src/house/child.ts';

const adminKey = 'join-0123456789abcdef0123456789abcdef';
const tokensPath = '/api/v1/groups/default/join-tokens';

let cleanUp: AsyncDisposableStack;
let directory: string;
let grpcPort: number;
let admin: AdminClient;

beforeEach(async () => {
  cleanUp = new AsyncDisposableStack();
  const database = cleanUp.use(await startPostgres());
  directory = await mkdtemp(join(tmpdir(), 'sluice-join-'));
  cleanUp.defer(() => rm(directory, { recursive: true, force: true }));
  const adminPort = await freePort();
  grpcPort = await freePort();
  const url = `http://127.0.0.1:${adminPort}`;
  admin = new AdminClient(url, adminKey);
  const child = new Child('control plane', builtApp('control-plane'), {
    SLUICE_DATABASE_URL: database.url,
    SLUICE_DATA_DIR: join(directory, 'control-plane'),
    SLUICE_ADMIN_KEY: adminKey,
    SLUICE_ADMIN_PORT: String(adminPort),
    SLUICE_GRPC_PORT: String(grpcPort),
    SLUICE_GRPC_TLS: 'auto',
  });
  cleanUp.defer(() => child.end('SIGTERM'));
  await startMember({ name: 'control plane', child, readyUrl: `${url}/readyz` });
});
afterEach(() => cleanUp.disposeAsync());

/** A data plane that is started with a token, and where its proxy listens. */
async function dataPlaneWith(token: string): Promise<{ child: Child; controlUrl: string; proxyUrl: string }> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const [http, control, metrics] = ports.map(String) as [string, string, string];
  const child = new Child('data plane', builtApp('dataplane'), {
    SLUICE_DATA_DIR: join(directory, `data-plane-${http}`),
    SLUICE_SOURCE: 'control-plane',
    SLUICE_CONTROL_PLANE: `127.0.0.1:${grpcPort}`,
    SLUICE_JOIN_TOKEN: token,
    SLUICE_HTTP_PORT: http,
    SLUICE_HTTPS_PORT: '0',
    SLUICE_CONTROL_PORT: control,
    SLUICE_METRICS_PORT: metrics,
  });
  cleanUp.defer(() => child.end('SIGTERM'));
  return { child, controlUrl: `http://127.0.0.1:${control}`, proxyUrl: `http://127.0.0.1:${http}` };
}

async function newToken(): Promise<{ readonly id: string; readonly token: string }> {
  const { status, body } = await admin.call('POST', tokensPath, { name: 'e2e' });
  expect(status).toBe(201);
  return body as { id: string; token: string };
}

test('a data plane with a token of another control plane does not even tell it', async () => {
  const { token } = await newToken();
  const wrong = token.replace(/[0-9a-f]{64}/, 'a'.repeat(64));
  const { child } = await dataPlaneWith(wrong);
  child.start();

  await until(async () => child.output.includes('does not have the key'), 'The reason in the log of the data plane');
  expect(child.output).not.toContain(token.split('.')[2]);
});

test('a new data plane needs nothing but a token to serve, and is shut out when the token is revoked', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  const node = { nodes: { [`127.0.0.1:${origin.port}`]: 1 } };
  await admin.put('routes/before', { uri: '/before', upstream: node });
  const { id, token } = await newToken();
  const { child, controlUrl, proxyUrl } = await dataPlaneWith(token);

  await startMember({ name: 'data plane', child, readyUrl: `${controlUrl}/readyz` });
  expect((await fetch(`${proxyUrl}/before`)).status).toBe(200);

  expect((await admin.call('DELETE', `${tokensPath}/${id}`)).status).toBe(204);
  await until(async () => child.output.includes('UNAUTHENTICATED'), 'The reason in the log of the data plane');
  await admin.put('routes/after', { uri: '/after', upstream: node });
  const offline = async () => {
    const { list } = (await admin.call('GET', '/api/v1/groups/default/instances')).body as {
      list: { status: string }[];
    };
    return list.every(({ status }) => status === 'offline');
  };
  await until(offline, 'The data plane shown as offline');
  expect((await fetch(`${proxyUrl}/after`)).status).toBe(404);
  expect((await fetch(`${proxyUrl}/before`)).status).toBe(200);
});

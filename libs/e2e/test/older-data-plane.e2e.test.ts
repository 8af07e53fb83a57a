import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { buildOlderDataPlane, Child, type House, newerPlugin, olderVersion, startHouse, until } from '../src/index.ts';

interface Instance {
  readonly version: string;
  readonly status: string;
  readonly applied_revision: number;
  readonly digest_ok: boolean;
  readonly last_nack?: { readonly revision: number; readonly errors: readonly { readonly message: string }[] };
}

/** Starts an older data plane beside that of the house, on the same control plane. */
async function startOlder(house: House) {
  const cleanUp = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-older-'));
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  const [http, control, metrics] = await freePorts(3);
  const child = new Child('older data plane', await buildOlderDataPlane(), {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_HTTP_PORT: String(http),
    SLUICE_HTTPS_PORT: '0',
    SLUICE_CONTROL_PORT: String(control),
    SLUICE_METRICS_PORT: String(metrics),
    SLUICE_SOURCE: 'control-plane',
    SLUICE_CONTROL_PLANE: `127.0.0.1:${house.ports.grpc}`,
  });
  cleanUp.defer(() => child.end('SIGTERM'));
  child.start();
  await until(async () => (await fetch(`http://127.0.0.1:${control}/readyz`)).ok, 'The older data plane being ready');
  return { proxyUrl: `http://127.0.0.1:${http}`, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() };
}

async function olderInstance({ admin }: House): Promise<Instance | undefined> {
  const { list } = (await admin.call('GET', '/api/v1/groups/default/instances')).body as { list: Instance[] };
  return list.find(({ version }) => version === olderVersion);
}

test('what an older data plane lacks is published only when that is confirmed, and can be taken back', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await using house = await startHouse();
  const upstream = { nodes: { [`127.0.0.1:${origin.port}`]: 1 } };
  await house.admin.put('routes/plain', { uri: '/plain', upstream });
  await using older = await startOlder(house);
  const shows = (expected: object) =>
    expect.poll(() => olderInstance(house), { timeout: 20_000 }).toMatchObject(expected);
  await shows({ status: 'healthy', applied_revision: 1, digest_ok: true });

  const plugins = { [newerPlugin]: { count: 2, time_window: 60, rejected_code: 429 } };
  const path = '/apisix/admin/routes/limited';
  const refused = await house.admin.call('PUT', path, { uri: '/limited', upstream, plugins });
  expect(refused).toMatchObject({ status: 428, body: { error_msg: expect.stringContaining(newerPlugin) } });
  expect((await house.admin.group()).revision).toBe(1);

  const confirmed = await house.admin.call('PUT', `${path}?confirm=missing_plugins`, {
    uri: '/limited',
    upstream,
    plugins,
  });
  expect(confirmed.status).toBe(201);
  await house.untilInSync();
  expect((await fetch(`${house.proxyUrl}/limited`)).headers.get('x-ratelimit-limit')).toBe('2');
  await shows({ status: 'degraded', applied_revision: 1, last_nack: { revision: 2 } });
  const { last_nack: nack } = (await olderInstance(house)) ?? {};
  expect(nack?.errors[0]?.message).toContain(newerPlugin);
  expect((await fetch(`${older.proxyUrl}/plain`)).status).toBe(200);
  expect((await fetch(`${older.proxyUrl}/limited`)).status).toBe(404);
  const overview = (await house.admin.call('GET', '/api/v1/groups/default/overview')).body;
  expect(overview).toMatchObject({ blocked: { revision: 2, errors: [{ kind: 'route', id: 'limited' }] } });

  expect((await house.admin.call('POST', '/api/v1/groups/default/revisions/2/revert', {})).status).toBe(200);
  await shows({ status: 'healthy', applied_revision: 3, digest_ok: true });
  await house.admin.put('routes/later', { uri: '/later', upstream });
  await until(async () => (await fetch(`${older.proxyUrl}/later`)).ok, 'What comes after on the older data plane');
});

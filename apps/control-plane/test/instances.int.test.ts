import type { HealthMessage, MetricDeltaMessage } from '@sluice/sync/grpc';
import { expect, test } from 'vitest';
import { InstanceRegistry } from '../src/instances/instance-registry.ts';
import { connectDataPlane, type TestDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const WITHIN = { timeout: 20_000, interval: 50 };

const ready: HealthMessage = {
  listeners: [{ address: '127.0.0.1', port: 9080, protocol: 'http' }],
  targets: [],
  links: [],
  state: 'ready',
  reason: '',
  uptime_ms: 60_000,
  rss_bytes: 1,
};
const metrics: MetricDeltaMessage = {
  from: 0,
  to: 5_000,
  latency_bounds_ms: [10, 100],
  routes: [
    {
      route_id: 'a',
      requests: 100,
      status_classes: [0, 90, 0, 0, 10],
      latency_counts: [100, 0, 0],
      latency_sum_ms: 500,
      bytes_in: 1,
      bytes_out: 1,
    },
  ],
};
const rates = { requests_per_second: 20, errors_per_second: 2, latency_p50_ms: 5, latency_p99_ms: 9.9 };

const putRoute = (plane: TestControlPlane, id: string) =>
  plane.call('PUT', `${GROUP}/resources/routes/${id}`, { uri: `/${id}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });

const only = async (plane: TestControlPlane) => (await plane.call('GET', `${GROUP}/instances`)).body.list[0];

/** Acknowledges what has arrived, as a data plane whose workers have all swapped. */
const acknowledge = (dataPlane: TestDataPlane) =>
  dataPlane.send({ ack: { revision: dataPlane.state.revision, digest: dataPlane.state.digest } });

test('an unknown group has no instances but an error', async () => {
  await using plane = await startControlPlane();
  expect((await plane.call('GET', '/api/v1/groups/nowhere/instances')).status).toBe(404);
});

test('a data plane that refuses a revision is degraded, with the reason, until it serves a later one', async () => {
  await using plane = await startControlPlane();
  using dataPlane = connectDataPlane(plane);
  dataPlane.send({ health: ready });
  await putRoute(plane, 'a');
  await expect.poll(() => dataPlane.state.revision, WITHIN).toBe(1);
  const errors = [{ kind: 'route', id: 'a', message: 'no such plugin', field: '/plugins' }];
  dataPlane.send({ nack: { revision: 1, errors, applied_revision: 0 } });
  await expect
    .poll(() => only(plane), WITHIN)
    .toMatchObject({
      status: 'degraded',
      applied_revision: 0,
      lag: 1,
      last_nack: { revision: 1, errors },
    });

  await putRoute(plane, 'a2');
  await expect.poll(() => dataPlane.state.revision, WITHIN).toBe(2);
  acknowledge(dataPlane);
  await expect.poll(() => only(plane), WITHIN).toMatchObject({ status: 'healthy', applied_revision: 2, lag: 0 });
  expect(await only(plane)).not.toHaveProperty('last_nack');
});

test('a digest that is not that of the revision shows', async () => {
  await using plane = await startControlPlane();
  await putRoute(plane, 'a');
  using dataPlane = connectDataPlane(plane);
  dataPlane.send({ ack: { revision: 1, digest: new Uint8Array(32) } });
  await expect.poll(() => only(plane), WITHIN).toMatchObject({ applied_revision: 1, digest_ok: false });
  await expect.poll(() => dataPlane.state.revision, WITHIN).toBe(1);
  acknowledge(dataPlane);
  await expect.poll(() => only(plane), WITHIN).toMatchObject({ digest_ok: true });
});

test('a data plane whose stream is gone is offline after a moment of grace, and back when it returns', async () => {
  await using plane = await startControlPlane();
  const first = connectDataPlane(plane);
  first.send({ health: ready });
  await expect.poll(async () => (await only(plane))?.status, WITHIN).toBe('healthy');
  const goneAt = Date.now();
  first[Symbol.dispose]();
  await expect.poll(async () => (await only(plane)).status, WITHIN).toBe('offline');
  expect(Date.now() - goneAt).toBeGreaterThan(4_000);

  using second = connectDataPlane(plane);
  second.send({ health: ready });
  await expect.poll(async () => (await only(plane)).status, WITHIN).toBe('healthy');
});

test('a newer stream of the same instance takes over, and the end of the older one changes nothing', async () => {
  await using plane = await startControlPlane();
  using older = connectDataPlane(plane);
  await expect.poll(() => older.batches.length, WITHIN).toBe(1);
  using newer = connectDataPlane(plane, { hostname: 'newer' });
  newer.send({ health: ready });
  await expect.poll(() => older.ended?.details, WITHIN).toContain('a newer stream');
  await expect.poll(() => only(plane), WITHIN).toMatchObject({ hostname: 'newer', status: 'healthy' });
});

test('a data plane that another control plane has taken over is not reported offline by the first', async () => {
  await using first = await startControlPlane();
  await using second = await startControlPlane({
    SLUICE_DATABASE_URL: first.databaseUrl,
    SLUICE_DATA_DIR: first.dataDir,
  });
  const before = connectDataPlane(first);
  before.send({ health: ready });
  await expect.poll(async () => (await only(first))?.status, WITHIN).toBe('healthy');
  before[Symbol.dispose]();
  using after = connectDataPlane(second, { hostname: 'after' });
  after.send({ health: ready });
  await expect.poll(() => only(first), WITHIN).toMatchObject({ hostname: 'after', status: 'healthy' });

  // Nobody else is connected to the first control plane: what it writes next is the end of its grace.
  await new Promise<number>((resolve) => first.app.get(InstanceRegistry).onChange(resolve));
  expect(await only(first)).toMatchObject({ hostname: 'after', status: 'healthy' });
});

test('an instance shows all that its data plane reports', async () => {
  await using plane = await startControlPlane();
  await putRoute(plane, 'a');
  using dataPlane = connectDataPlane(plane, { workers: 4, labels: { zone: 'a' } });
  dataPlane.send({ health: ready });
  dataPlane.send({ metrics });
  await expect.poll(() => dataPlane.state.revision, WITHIN).toBe(1);
  acknowledge(dataPlane);
  await expect
    .poll(() => only(plane), WITHIN)
    .toEqual({
      id: 'dp-1',
      hostname: 'host-1',
      version: '0.1.0',
      labels: { zone: 'a' },
      status: 'healthy',
      state: 'ready',
      reason: '',
      workers: 4,
      rates,
      applied_revision: 1,
      lag: 0,
      digest_ok: true,
      listeners: ready.listeners,
      unhealthy_targets: [],
      connected_at: expect.any(String),
      last_seen: expect.any(String),
      uptime_s: expect.any(Number),
    });
  expect((await only(plane)).uptime_s).toBeGreaterThanOrEqual(59);
});

test('the overview adds up what is configured, who serves it and how much it does', async () => {
  await using plane = await startControlPlane();
  await putRoute(plane, 'a');
  using dataPlane = connectDataPlane(plane);
  dataPlane.send({ health: ready });
  dataPlane.send({ metrics });
  const overview = async () => (await plane.call('GET', `${GROUP}/overview`)).body;
  const fleet = { total: 1, healthy: 1, degraded: 0, offline: 0 };
  await expect.poll(overview, WITHIN).toMatchObject({
    revision: 1,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    counts: { route: 1 },
    rates,
    instances: { ...fleet, behind: 1 },
  });

  acknowledge(dataPlane);
  await expect.poll(overview, WITHIN).toMatchObject({ instances: { ...fleet, behind: 0 } });
  await expect
    .poll(async () => (await overview()).history.at(-1), WITHIN)
    .toEqual({
      time: expect.any(String),
      requests_per_second: 20,
      errors_per_second: 2,
      latency_p99_ms: 9.9,
    });
});

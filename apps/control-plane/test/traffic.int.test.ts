import type { MetricDeltaMessage } from '@sluice/sync/grpc';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TrafficRollup } from '../src/overview/traffic-rollup.ts';
import { connectDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const WITHIN = { timeout: 15_000, interval: 50 };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Five seconds with 100 requests, 10 of them failed. */
const delta: MetricDeltaMessage = {
  from: 0,
  to: 5_000,
  latency_bounds_ms: [10, 100],
  routes: [
    {
      route_id: 'a',
      requests: 100,
      status_classes: [0, 90, 0, 0, 10],
      latency_counts: [98, 2, 0],
      latency_sum_ms: 500,
      bytes_in: 1_000,
      bytes_out: 5_000,
    },
  ],
};

let plane: TestControlPlane;
beforeAll(async () => void (plane = await startControlPlane()));
afterAll(() => plane[Symbol.asyncDispose]());
beforeEach(() => plane.database.query('DELETE FROM traffic_rollup'));

const rollupOf = ({ app }: TestControlPlane) => app.get(TrafficRollup, { strict: false });
const sums = (step: number) =>
  plane.database.query<{ at: Date; requests: number }[]>(
    'SELECT at, requests FROM traffic_rollup WHERE step_seconds = $1 ORDER BY at',
    [step],
  );
/** A time that is settled, at the start of a step of every length. */
const hourAgo = (hours: number) => Math.floor(Date.now() / HOUR_MS - hours) * HOUR_MS;
const series = async (query: Record<string, string | number>) => {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return plane.call('GET', `${GROUP}/metrics?${text}`);
};

test.each([
  ['a time that is none', { from: 'yesterday' }],
  ['an end before the beginning', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }],
  ['more points than anybody can look at', { from: 0, step: 10 }],
  ['a step that is no number', { step: 'minute' }],
])('%s is refused', async (_, query) => {
  expect((await series(query)).status).toBe(400);
});

test('what reaches over the edge of a step is shared out, and every step adds up to the same', async () => {
  const edge = hourAgo(1);
  rollupOf(plane).add(1, delta, edge + 2_000);
  await rollupOf(plane).write();

  expect(await sums(10)).toEqual([
    { at: new Date(edge - 10_000), requests: 60 },
    { at: new Date(edge), requests: 40 },
  ]);
  expect((await sums(60)).map(({ requests }) => requests)).toEqual([60, 40]);
  expect((await sums(3600)).map(({ requests }) => requests)).toEqual([60, 40]);
});

test('control planes add to the same sums at the same time, and none is lost', async () => {
  await using other = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
  });
  const at = hourAgo(1) + 10_000;
  const rounds = Array.from({ length: 20 }, async () => {
    for (const one of [plane, other]) {
      rollupOf(one).add(1, delta, at);
      await rollupOf(one).write();
    }
  });
  await Promise.all(rounds);
  expect((await sums(3600)).map(({ requests }) => Math.round(requests))).toEqual([4_000]);
});

test('a series tells rates, latencies and bytes per second', async () => {
  const at = hourAgo(2);
  rollupOf(plane).add(1, delta, at + 5_000);
  rollupOf(plane).add(1, delta, at + 10_000);
  await rollupOf(plane).write();

  const { body } = await series({ from: new Date(at).toISOString(), to: at / 1_000 + 60, step: 10 });
  expect(body).toEqual({
    from: new Date(at).toISOString(),
    to: new Date(at + MINUTE_MS).toISOString(),
    step: 10,
    points: [
      {
        time: new Date(at).toISOString(),
        requests_per_second: 20,
        errors_per_second: 2,
        latency_p50_ms: expect.closeTo(7.55, 1),
        latency_p99_ms: expect.closeTo(75, 1),
        bytes_in_per_second: 200,
        bytes_out_per_second: 1_000,
      },
    ],
  });
});

test('where only coarser sums are kept the step grows, and says so', async () => {
  const { body } = await series({ from: new Date(Date.now() - 40 * DAY_MS).toISOString(), step: 2_000 });
  expect(body.step).toBe(3_600);
});

test('sums are kept as long as their step is worth: a day, a month, a year', async () => {
  const days = [0.5, 2, 40, 400];
  for (const day of days) rollupOf(plane).add(1, delta, Date.now() - day * DAY_MS);
  await rollupOf(plane).write();
  await rollupOf(plane).sweep();

  const countOf = async (step: number) => new Set((await sums(step)).map(({ at }) => at.toDateString())).size;
  expect([await countOf(10), await countOf(60), await countOf(3600)]).toEqual([1, 2, 3]);
});

test('the overview of a control plane that was started just now shows what was before it', async () => {
  const edge = Math.floor((Date.now() - 2 * MINUTE_MS) / 10_000) * 10_000;
  rollupOf(plane).add(1, delta, edge + 5_000);
  await rollupOf(plane).write();
  await using restarted = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
  });

  const { history } = (await restarted.call('GET', `${GROUP}/overview`)).body;
  expect(history[0]).toEqual({
    time: new Date(edge).toISOString(),
    requests_per_second: 10,
    errors_per_second: 1,
    latency_p99_ms: expect.any(Number),
  });
});

test('what data planes report arrives in the sums', async () => {
  using dataPlane = connectDataPlane(plane);
  dataPlane.send({ metrics: delta });
  const total = async () => (await sums(3600)).reduce((all, { requests }) => all + requests, 0);
  await expect.poll(total, WITHIN).toBeCloseTo(100);
});

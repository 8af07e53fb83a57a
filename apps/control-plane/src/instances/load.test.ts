import type { MetricDeltaMessage, RouteMetricsMessage } from '@sluice/sync/grpc';
import { expect, test } from 'vitest';
import { type Load, loadOf, ratesOf } from './load.ts';

const routeWith = (latency_counts: number[], serverErrors = 0): RouteMetricsMessage => ({
  route_id: 'r',
  requests: latency_counts.reduce((sum, count) => sum + count, 0),
  status_classes: [0, 0, 0, 0, serverErrors],
  latency_counts,
  latency_sum_ms: 0,
  bytes_in: 0,
  bytes_out: 0,
});

const delta = (routes: RouteMetricsMessage[], ms = 5_000): MetricDeltaMessage => {
  return { from: 1_000, to: 1_000 + ms, routes, latency_bounds_ms: [10, 20, 40] };
};

const loadWith = (routes: RouteMetricsMessage[]): Load => {
  const load = loadOf(delta(routes));
  if (!load) throw new Error('A delta over time is a load.');
  return load;
};

test('a delta that spans no time is no load', () => {
  expect(loadOf(delta([], 0))).toBeUndefined();
  expect(loadOf(delta([], -5))).toBeUndefined();
});

test('without requests all rates are zero', () => {
  const zero = { requests_per_second: 0, errors_per_second: 0, latency_p50_ms: 0, latency_p99_ms: 0 };
  expect(ratesOf([])).toEqual(zero);
  expect(ratesOf([loadWith([])])).toEqual(zero);
});

test('routes and data planes add up, and only 5xx are errors', () => {
  const load = loadWith([routeWith([10, 0, 0, 0], 5), routeWith([15, 0, 0, 0])]);
  expect(load).toMatchObject({ seconds: 5, requests: 25, errors: 5 });
  expect(ratesOf([load, load])).toMatchObject({ requests_per_second: 10, errors_per_second: 2 });
});

test('latencies are taken over all requests: a busy data plane weighs more than an idle one', () => {
  const busy = loadWith([routeWith([99, 0, 0, 0])]);
  const idle = loadWith([routeWith([0, 0, 1, 0])]);
  const { latency_p50_ms: median, latency_p99_ms: high } = ratesOf([idle, busy]);
  expect(median).toBeCloseTo(5, 0);
  expect(high).toBe(10);
});

test('of what is slower than the last bound only that bound is known', () => {
  expect(ratesOf([loadWith([routeWith([0, 0, 0, 5])])]).latency_p99_ms).toBe(40);
});

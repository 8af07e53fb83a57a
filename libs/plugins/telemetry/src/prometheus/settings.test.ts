import { expect, test } from 'vitest';
import { exporterSettings } from './settings.ts';

test('without attributes names and buckets are those that dashboards know', () => {
  const settings = exporterSettings({});
  expect(settings.prefix).toBe('apisix_');
  expect(settings.buckets).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000]);
  expect([...settings.extraLabels('http_status')]).toEqual([]);
});

test('attributes change prefix and buckets, and add labels to one metric', () => {
  const settings = exporterSettings({
    metric_prefix: 'edge_',
    default_buckets: [5, 50],
    metrics: { http_status: { extra_labels: [{ upstream: '$upstream_addr' }, { method: '$request_method' }] } },
  });
  expect([settings.prefix, settings.buckets]).toEqual(['edge_', [5, 50]]);
  expect([...settings.extraLabels('http_status')]).toEqual([
    ['upstream', '$upstream_addr'],
    ['method', '$request_method'],
  ]);
  expect([...settings.extraLabels('bandwidth')]).toEqual([]);
});

test.each([
  [{ metric_prefix: 1, default_buckets: [], metrics: 'x' }],
  [{ default_buckets: ['1'], metrics: { http_status: { extra_labels: [null, { a: 1 }] } } }],
  [{ metrics: { http_status: null } }],
])('attributes that make no sense are left out: %j', (attributes) => {
  const settings = exporterSettings(attributes);
  expect(settings).toMatchObject({ prefix: 'apisix_' });
  expect(settings.buckets).toHaveLength(15);
  expect([...settings.extraLabels('http_status')]).toEqual([]);
});

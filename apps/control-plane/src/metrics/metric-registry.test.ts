import { expect, test } from 'vitest';
import { MetricRegistry } from './metric-registry.ts';

test('a label holds whatever it is given without leaving its quotes', () => {
  const registry = new MetricRegistry();
  registry.counter('hits_total', 'Hits.', 'name').add(1, 'a"b\\c\nd');
  expect(registry.text()).toBe(
    '# HELP hits_total Hits.\n# TYPE hits_total counter\nhits_total{name="a\\"b\\\\c\\nd"} 1\n',
  );
});

test('buckets add up, and what is beyond the last bound is counted too', () => {
  const registry = new MetricRegistry();
  const seconds = registry.histogram('seconds', 'Time.', [0.1, 1], 'route');
  for (const value of [0.1, 0.5, 7]) seconds.observe(value, '/a');
  expect(registry.text().split('\n').slice(2, -1)).toEqual([
    'seconds_bucket{route="/a",le="0.1"} 1',
    'seconds_bucket{route="/a",le="1"} 2',
    'seconds_bucket{route="/a",le="+Inf"} 3',
    'seconds_sum{route="/a"} 7.6',
    'seconds_count{route="/a"} 3',
  ]);
});

test('a metric that has no value yet is not shown, and one without labels is', () => {
  const registry = new MetricRegistry();
  registry.gauge('empty', 'Nothing.', 'group');
  const up = registry.gauge('up', 'Up.');
  up.set(1);
  expect(registry.text()).toBe('# HELP up Up.\n# TYPE up gauge\nup 1\n');
  up.clear();
  expect(registry.text().trim()).toBe('');
});

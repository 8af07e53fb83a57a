import { capturedLog, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { MetricRegistry } from './prometheus.ts';

describe('the registry', () => {
  test('renders counters and histograms, values escaped', () => {
    const registry = new MetricRegistry(capturedLog());
    registry.counter('hits', 'All hits', ['route']).record(['a"b\\c\nd'], 2);
    registry.counter('hits', 'All hits', ['route']).record(['a"b\\c\nd'], 1);
    const histogram = registry.histogram('ms', 'Time', [], [1, 5]);
    for (const value of [1, 2, 9]) histogram.record([], value);

    expect(registry.render()).toBe(
      [
        '# HELP hits All hits',
        '# TYPE hits counter',
        'hits{route="a\\"b\\\\c\\nd"} 3',
        '# HELP ms Time',
        '# TYPE ms histogram',
        'ms_bucket{le="1"} 1',
        'ms_bucket{le="5"} 2',
        'ms_bucket{le="+Inf"} 3',
        'ms_sum 12',
        'ms_count 3',
        '',
      ].join('\n'),
    );
  });

  test('stops at 10,000 series of a metric, says so once, and counts what it drops', () => {
    const log = capturedLog();
    const registry = new MetricRegistry(log);
    const counter = registry.counter('hits', 'All hits', ['who']);
    for (let i = 0; i < 10_005; i += 1) counter.record([String(i)], 1);
    counter.record(['7'], 1);

    const text = registry.render();
    expect(text.match(/^hits\{/gm)).toHaveLength(10_000);
    expect(text).toContain('hits{who="7"} 2');
    expect(text).toContain('sluice_metric_samples_dropped_total{metric="hits"} 5');
    expect(log.lines).toHaveLength(1);
  });
});

describe('the registries of several workers', () => {
  test('add up: counters and histograms grow, each sample once', () => {
    const [one, other, sum] = [0, 1, 2].map(() => new MetricRegistry(capturedLog()));
    if (!one || !other || !sum) throw new Error('There are three.');
    one.counter('hits', 'All hits', ['route']).record(['a'], 2);
    other.counter('hits', 'All hits', ['route']).record(['a'], 3);
    other.histogram('ms', 'Time', [], [1, 5]).record([], 3);

    sum.merge(0, one.take());
    sum.merge(1, other.take());
    sum.merge(0, one.take());
    other.histogram('ms', 'Time', [], [1, 5]).record([], 9);
    sum.merge(1, other.take());

    expect(sum.render()).toContain('hits{route="a"} 5\n');
    expect(sum.render()).toContain('ms_bucket{le="5"} 1\nms_bucket{le="+Inf"} 2\nms_sum 12\nms_count 2\n');
  });

  test('keep what a dead one counted and forget what it measured', () => {
    const [one, other, sum] = [0, 1, 2].map(() => new MetricRegistry(capturedLog()));
    if (!one || !other || !sum) throw new Error('There are three.');
    for (const [i, registry] of [one, other].entries()) {
      registry.counter('hits', 'All hits', []).record([], 1);
      registry.gauge('open', 'Open now', ['state']).record(['active'], 5);
      registry.gauge('open', 'Open now', ['state']).record(['active'], i + 1);
      sum.merge(i, registry.take());
    }
    expect(sum.render()).toContain('open{state="active"} 3');

    sum.drop(1);

    expect(sum.render()).toContain('open{state="active"} 1');
    expect(sum.render()).toContain('hits 2');
  });
});

test('requests are counted by route, and each delta begins at zero', async () => {
  await using upstream = await startUpstream((req, res) => res.writeHead(req.url === '/bad' ? 500 : 200).end('four'));
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });

  await gateway.get('/');
  await gateway.request({ path: '/bad', method: 'POST', body: 'abc' });
  await expect.poll(() => gateway.engine.openRequests).toBe(0);

  const delta = gateway.engine.takeMetricDelta();
  const [route] = delta.routes;
  expect(delta.routes).toHaveLength(1);
  expect(route).toMatchObject({ route_id: '1', requests: 2, status_classes: [0, 1, 0, 0, 1] });
  expect(route?.latency_counts.reduce((a, b) => a + b)).toBe(2);
  expect(route?.latency_counts).toHaveLength(delta.latency_bounds_ms.length + 1);
  expect(route?.bytes_out).toBeGreaterThan(8);
  expect(gateway.engine.takeMetricDelta().routes).toEqual([]);
});

test('what no route took is counted under the empty id', async () => {
  await using gateway = await startGateway([], []);
  await gateway.get('/');
  await expect.poll(() => gateway.engine.takeMetricDelta().routes).toMatchObject([{ route_id: '', requests: 1 }]);
});

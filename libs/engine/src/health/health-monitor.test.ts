import { startUpstream, type TestUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { renderUpstreamStatus, unhealthyTargets } from './health-report.ts';
import { startMonitor } from './fixtures/start-checked-gateway.ts';

const active = (more: object = {}) => ({
  active: {
    http_path: '/status',
    healthy: { successes: 1 },
    unhealthy: { http_failures: 1, tcp_failures: 1 },
    ...more,
  },
});

const upstream = (nodes: object, checks: object = active(), more: object = {}) => ({
  kind: 'upstream',
  id: '1',
  value: { type: 'roundrobin', nodes, checks, ...more },
});

/** A server that answers 200 or 503, as told. */
async function startMoody(): Promise<TestUpstream & { isWell: boolean }> {
  const mood = { isWell: true };
  const server = await startUpstream((_req, res) => {
    res.statusCode = mood.isWell ? 200 : 503;
    res.end();
  });
  return Object.defineProperty(server as TestUpstream & { isWell: boolean }, 'isWell', {
    get: () => mood.isWell,
    set: (isWell: boolean) => {
      mood.isWell = isWell;
    },
  });
}

describe('the monitor', () => {
  test('finds out at once, without waiting for a request, who is down; and in time who is up again', async () => {
    await using server = await startMoody();
    using checked = startMonitor();
    server.isWell = false;
    checked.apply(upstream({ [server.node]: 1, '127.0.0.1:1': 0 }));
    await expect.poll(checked.states).toEqual({ [server.node]: 'unhealthy', '127.0.0.1:1': 'unhealthy' });
    expect(unhealthyTargets(checked.monitor, 10)).toEqual([
      { upstream: 'upstream 1', address: server.node, healthy: false, reason: '1 × failing status: status 503' },
      { upstream: 'upstream 1', address: '127.0.0.1:1', healthy: false, reason: '1 × failed connection: ECONNREFUSED' },
    ]);
    expect(checked.log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'a target is unhealthy' }),
    );

    server.isWell = true;
    await expect.poll(() => checked.states()[server.node]).toBe('healthy');
    expect(unhealthyTargets(checked.monitor, 10)).toHaveLength(1);
    expect(renderUpstreamStatus(checked.monitor, { metricPrefix: 'apisix_', namePrefix: '/apisix' })).toContain(
      `apisix_upstream_status{name="/apisix/upstreams/1",ip="127.0.0.1",port="${server.port}"} 1\n`,
    );
  });

  test('probes a target once, however many upstreams have it with the same checks', async () => {
    await using server = await startUpstream();
    using checked = startMonitor();
    const slow = active({ healthy: { interval: 60 } });
    const one = upstream({ [server.node]: 1 }, slow);
    for (let i = 0; i < 20; i += 1) checked.apply({ ...one, id: `u${i}` });
    checked.apply({ kind: 'route', id: 'r', value: { uri: '/', upstream: one.value } });
    await expect.poll(() => server.requests.length).toBe(1);
    expect([...checked.monitor.targets()]).toHaveLength(1);
    expect(checked.monitor.upstreams.size).toBe(21);
  });

  test('keeps the state of targets that stay when nodes or checks change', async () => {
    await using server = await startMoody();
    using checked = startMonitor();
    server.isWell = false;
    checked.apply(upstream({ [server.node]: 1 }));
    await expect.poll(() => checked.states()[server.node]).toBe('unhealthy');

    checked.apply(upstream({ [server.node]: 1, '127.0.0.1:2': 1 }));
    expect(checked.states()[server.node]).toBe('unhealthy');
    checked.apply(upstream({ [server.node]: 1 }, active({ http_path: '/other' })));
    expect(checked.states()).toEqual({ [server.node]: 'unhealthy' });

    server.isWell = true;
    await expect.poll(() => checked.states()[server.node]).toBe('healthy');
  });

  test('stops probing when the upstream, its checks or the target go', async () => {
    await using servers = await startTwo();
    const [kept, gone] = servers;
    using checked = startMonitor();
    checked.apply(upstream({ [kept.node]: 1, [gone.node]: 1 }));
    await expect.poll(() => [kept.requests.length, gone.requests.length]).toEqual([1, 1]);
    checked.apply(upstream({ [kept.node]: 1 }));
    await expect.poll(() => kept.requests.length).toBeGreaterThan(2);
    expect(gone.requests).toHaveLength(1);

    checked.apply({ kind: 'upstream', id: '1', value: null });
    expect([...checked.monitor.targets()]).toHaveLength(0);
    expect(checked.monitor.report('upstream', '1')).toBeUndefined();
    checked.apply(upstream({ [kept.node]: 1 }), upstream({ [kept.node]: 1 }, {}));
    expect(checked.monitor.upstreams.size).toBe(0);
  });

  test('a snapshot ends what it does not name', () => {
    using checked = startMonitor();
    checked.apply(upstream({ '127.0.0.1:1': 1 }));
    checked.monitor.apply({ type: 'snapshot', changes: [] });
    expect([...checked.monitor.targets()]).toHaveLength(0);
  });

  test('a route that is switched off is not probed for, nor what is invalid', () => {
    using checked = startMonitor();
    const { value } = upstream({ '127.0.0.1:1': 1 });
    checked.apply(
      { kind: 'route', id: 'off', value: { uri: '/', status: 0, upstream: value } },
      { ...upstream({ '127.0.0.1:1': 1 }, { active: { timeout: 'x' } }), id: 'bad' },
    );
    expect(checked.monitor.upstreams.size).toBe(0);
  });

  test('a route of thousands of upstreams is probed within bounds, and the process stays awake', async () => {
    await using server = await startUpstream();
    using checked = startMonitor();
    const before = performance.now();
    for (let i = 0; i < 5000; i += 1)
      checked.apply({ ...upstream({ [server.node]: 1 }, active({ http_path: `/${i}` })), id: `u${i}` });
    await expect.poll(() => server.requests.length).toBeGreaterThan(50);
    const seconds = (performance.now() - before) / 1000;
    expect(server.requests.length).toBeLessThan(1100 * (seconds + 0.2));
    expect(server.sockets.size).toBeLessThanOrEqual(256);
  });

  test('shows counts and states in the form of the compatible control API', async () => {
    using checked = startMonitor();
    checked.apply(upstream({ '127.0.0.1:1': 1 }, active({ host: 'foo.example', unhealthy: { tcp_failures: 2 } })));
    await expect.poll(() => checked.states()['127.0.0.1:1']).toBe('unhealthy');
    expect(checked.monitor.report('upstream', '1')).toEqual({
      name: '/upstreams/1',
      type: 'http',
      nodes: [
        {
          ip: '127.0.0.1',
          port: 1,
          hostname: 'foo.example',
          status: 'unhealthy',
          counter: { success: 0, http_failure: 0, tcp_failure: 2, timeout_failure: 0 },
        },
      ],
    });
  });
});

async function startTwo(): Promise<[TestUpstream, TestUpstream] & AsyncDisposable> {
  const servers: [TestUpstream, TestUpstream] = [await startUpstream(), await startUpstream()];
  return Object.assign(servers, {
    [Symbol.asyncDispose]: async () => void (await Promise.all(servers.map((server) => server.close()))),
  });
}

import { startUpstream, testAuthority, type TestUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { startCheckedGateway } from './fixtures/start-checked-gateway.ts';

/** Probes that come too late to say anything. */
const rare = { healthy: { interval: 600 }, unhealthy: { interval: 600 }, type: 'tcp' };

const route = (nodes: object, upstream: object) => ({
  kind: 'route',
  id: '1',
  value: { uri: '/*', upstream: { type: 'roundrobin', nodes, ...upstream } },
});

/** Answers with the status that the request asks for. */
const startObedient = (): Promise<TestUpstream> =>
  startUpstream((req, res) => {
    res.statusCode = Number(req.headers['x-status'] ?? 200);
    res.end();
  });

describe('requests and the health of nodes', () => {
  test('no request goes to a node that a probe found down, while another one is up', async () => {
    await using up = await startUpstream();
    await using checked = await startCheckedGateway([
      route(
        { [up.node]: 1, '127.0.0.1:1': 1 },
        { retries: 0, checks: { active: { unhealthy: { tcp_failures: 1 }, healthy: { interval: 600 } } } },
      ),
    ]);
    await expect.poll(() => checked.states()['127.0.0.1:1']).toBe('unhealthy');
    for (let i = 0; i < 20; i += 1) expect((await checked.gateway.get('/')).statusCode).toBe(200);
  });

  test('when all nodes are down they are all tried, as if nothing were known', async () => {
    await using server = await startUpstream((_req, res) => res.writeHead(500).end('mine'));
    await using checked = await startCheckedGateway([
      route({ [server.node]: 1 }, { checks: { active: { unhealthy: { http_failures: 1 } } } }),
    ]);
    await expect.poll(() => checked.states()[server.node]).toBe('unhealthy');
    expect((await checked.gateway.get('/')).body).toBe('mine');
  });

  test('answers with a failing status take a node out, with no probe', async () => {
    await using bad = await startObedient();
    await using good = await startObedient();
    const checks = { active: rare, passive: { unhealthy: { http_statuses: [500], http_failures: 2 } } };
    await using checked = await startCheckedGateway([route({ [bad.node]: 1, [good.node]: 1 }, { checks })]);
    const failing = () => checked.gateway.get('/', { 'x-status': '500' });
    while (checked.states()[bad.node] !== 'unhealthy' && checked.states()[good.node] !== 'unhealthy') await failing();
    const seen = bad.requests.length + good.requests.length;
    // Two for each, and one more: the first probes find both well.
    expect(seen).toBeLessThanOrEqual(5);
    const [out, left] = checked.states()[bad.node] === 'unhealthy' ? [bad, good] : [good, bad];
    const before = out.requests.length;
    for (let i = 0; i < 10; i += 1) expect((await checked.gateway.get('/')).statusCode).toBe(200);
    expect(out.requests).toHaveLength(before);
    expect(left.requests.length).toBeGreaterThan(9);
  });

  test('refused connections take a node out, and the requests that found out were saved by a retry', async () => {
    await using good = await startObedient();
    const checks = { active: { ...rare, unhealthy: { interval: 600, tcp_failures: 200 } }, passive: {} };
    await using checked = await startCheckedGateway([route({ '127.0.0.1:1': 1, [good.node]: 1 }, { checks })]);
    for (let i = 0; i < 8; i += 1) expect((await checked.gateway.get('/')).statusCode).toBe(200);
    expect(checked.states()).toEqual({ '127.0.0.1:1': 'unhealthy', [good.node]: 'healthy' });
    const failures = () => checked.gateway.log.lines.filter(({ message }) => message === 'an upstream failed').length;
    const before = failures();
    for (let i = 0; i < 8; i += 1) await checked.gateway.get('/');
    expect(failures()).toBe(before);
  });

  test.each([
    ['asks for a host that its certificate does not name', { scheme: 'https', tls: { verify: true } }, {}],
    ['sends what its protocol cannot carry', { scheme: 'grpc' }, { authorization: ['a', 'b'] }],
  ])('a client that %s takes no node out', async (_what, upstream, headers) => {
    await using server = await startUpstream(() => {}, testAuthority().issue({ names: ['good.test'] }));
    const checks = { active: rare, passive: { unhealthy: { tcp_failures: 1, http_failures: 1, timeouts: 1 } } };
    await using checked = await startCheckedGateway([route({ [server.node]: 1 }, { checks, ...upstream })]);
    for (let i = 0; i < 3; i += 1)
      expect((await checked.gateway.get('/', { host: 'evil.test', ...headers })).statusCode).toBeGreaterThanOrEqual(
        400,
      );
    expect(checked.states()[server.node]).not.toBe('unhealthy');
  });

  test('requests that time out take a node out, and a status that stands for them counts too', async () => {
    await using silent = await startUpstream(() => {});
    const checks = {
      active: rare,
      passive: { unhealthy: { http_statuses: [504], http_failures: 1, timeouts: 200, tcp_failures: 200 } },
    };
    const timeout = { connect: 1, send: 1, read: 0.1 };
    await using checked = await startCheckedGateway([route({ [silent.node]: 1 }, { checks, timeout })]);
    expect((await checked.gateway.get('/')).statusCode).toBe(504);
    expect(checked.states()[silent.node]).toBe('unhealthy');
  });

  test('good answers of a node that is doubted clear it', async () => {
    await using server = await startObedient();
    const checks = { active: rare, passive: { healthy: { successes: 2 }, unhealthy: { http_failures: 3 } } };
    await using checked = await startCheckedGateway([route({ [server.node]: 1 }, { checks })]);
    await checked.gateway.get('/', { 'x-status': '500' });
    expect(checked.states()[server.node]).toBe('mostly_healthy');
    for (const status of ['200', '404', '200']) await checked.gateway.get('/', { 'x-status': status });
    expect(checked.states()[server.node]).toBe('healthy');
  });

  test('a node that traffic took out is probed by the interval of the unhealthy, and comes back', async () => {
    await using server = await startObedient();
    await using other = await startObedient();
    const checks = {
      active: { type: 'tcp', healthy: { interval: 600, successes: 1 }, unhealthy: { interval: 1 } },
      passive: { unhealthy: { http_failures: 1 } },
    };
    await using checked = await startCheckedGateway([route({ [server.node]: 1, [other.node]: 1 }, { checks })]);
    await checked.gateway.get('/', { 'x-status': '500' });
    expect(Object.values(checked.states()).toSorted()).toEqual(['healthy', 'unhealthy']);
    await expect.poll(() => Object.values(checked.states())).toEqual(['healthy', 'healthy']);
  });

  test('an upstream that loses its checks uses all its nodes again', async () => {
    await using server = await startObedient();
    const nodes = { [server.node]: 1, '127.0.0.1:1': 1 };
    const checks = { active: { unhealthy: { tcp_failures: 1 } } };
    await using checked = await startCheckedGateway([route(nodes, { retries: 0, checks })]);
    await expect.poll(() => checked.states()['127.0.0.1:1']).toBe('unhealthy');
    checked.apply(route(nodes, { retries: 0 }));
    const statuses = [await checked.gateway.get('/'), await checked.gateway.get('/')].map(
      ({ statusCode }) => statusCode,
    );
    expect(statuses.toSorted()).toEqual([200, 502]);
  });
});

import { availableParallelism } from 'node:os';
import { startUpstream } from '@sluice/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse, until } from '../src/index.ts';

let house: House;

beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

const nodes = (port: number) => ({ nodes: { [`127.0.0.1:${port}`]: 1 } });

test('a write that does not fit is a 400 that names the field, and leaves no trace', async () => {
  const before = await house.admin.group();

  const answer = await house.admin.call('PUT', '/apisix/admin/routes/bad', {
    uri: '/bad',
    upstream: { nodes: { '127.0.0.1:1980': -1 } },
  });

  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain('nodes');
  expect(await house.admin.group()).toEqual(before);
});

test('a misconfigured plugin is a 400 that names plugin and field', async () => {
  const answer = await house.admin.call('PUT', '/apisix/admin/routes/bad', {
    uri: '/bad',
    plugins: { 'limit-count': { count: 2, time_window: 'soon', rejected_code: 99 } },
    upstream: nodes(1980),
  });

  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain('limit-count');
  expect(JSON.stringify(answer.body)).toContain('rejected_code');
});

test('a reference to nothing is a 400, and so is deleting what is in use', async () => {
  const dangling = await house.admin.call('PUT', '/apisix/admin/routes/dangling', { uri: '/x', service_id: 'nowhere' });
  expect(dangling).toMatchObject({ status: 400 });

  await house.admin.put('upstreams/used', nodes(1980));
  await house.admin.put('routes/uses', { uri: '/uses', upstream_id: 'used' });
  const answer = await house.admin.call('DELETE', '/apisix/admin/upstreams/used');

  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain('route [uses] is still using it now');
});

test('a route is live when the data plane has acknowledged it, and gone after it is deleted', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  await house.admin.put('routes/r1', { uri: '/hello', upstream: nodes(origin.port) });
  await house.untilInSync();

  const answer = await fetch(`${house.proxyUrl}/hello`);
  expect(await answer.text()).toBe('origin');

  await house.admin.remove('routes/r1');
  await house.untilInSync();
  const gone = await fetch(`${house.proxyUrl}/hello`);
  expect(gone.status).toBe(404);
  expect(await gone.json()).toEqual({ error_msg: '404 Route Not Found' });
});

test('no request fails while its route changes a hundred times', async () => {
  await using one = await startUpstream((_req, res) => res.end('one'));
  await using two = await startUpstream((_req, res) => res.end('two'));
  await house.admin.put('routes/moving', { uri: '/moving', upstream: nodes(one.port) });
  await house.untilInSync();
  let isOver = false;
  const statuses: number[] = [];
  const client = async () => {
    while (!isOver) {
      const response = await fetch(`${house.proxyUrl}/moving`);
      await response.text();
      statuses.push(response.status);
    }
  };
  const clients = [client(), client(), client(), client()];

  for (let i = 0; i < 100; i += 1) {
    await house.admin.put('routes/moving', {
      uri: '/moving',
      priority: i,
      upstream: nodes(i % 2 === 0 ? two.port : one.port),
    });
  }
  await house.untilInSync();
  isOver = true;
  await Promise.all(clients);

  expect(statuses.length).toBeGreaterThan(100);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(one.requests.length).toBeGreaterThan(0);
  expect(two.requests.length).toBeGreaterThan(0);
});

test('all kinds work together: global rule, service, plugin config, upstream, consumer, route', async () => {
  await using origin = await startUpstream((req, res) => {
    res.end(JSON.stringify({ url: req.url, user: req.headers['x-consumer-username'], key: req.headers.apikey }));
  });
  const { admin } = house;
  await admin.put('upstreams/u1', nodes(origin.port));
  await admin.put('services/s1', { upstream_id: 'u1', plugins: { 'key-auth': { hide_credentials: true } } });
  await admin.put('plugin_configs/p1', { plugins: { 'proxy-rewrite': { uri: '/rewritten' } } });
  await admin.put('consumers', { username: 'jack', plugins: { 'key-auth': { key: 'jack-key-0815' } } });
  await admin.put('global_rules/g1', { plugins: { prometheus: {} } });
  await admin.put('routes/full', {
    uri: '/full',
    service_id: 's1',
    plugin_config_id: 'p1',
    plugins: { 'limit-count': { count: 2, time_window: 60, rejected_code: 429, key: 'remote_addr' } },
  });
  await house.untilInSync();
  const call = (headers: Record<string, string>) => fetch(`${house.proxyUrl}/full`, { headers });

  expect((await call({})).status).toBe(401);
  expect((await call({ apikey: 'wrong' })).status).toBe(401);
  const first = await call({ apikey: 'jack-key-0815', 'x-consumer-username': 'root' });
  expect(await first.json()).toEqual({ url: '/rewritten', user: 'jack' });
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
  expect((await call({ apikey: 'jack-key-0815' })).status).toBe(200);
  expect((await call({ apikey: 'jack-key-0815' })).status).toBe(429);

  // Workers hand their counts over every second.
  const metrics = async () => (await fetch(`http://127.0.0.1:${house.ports.metrics}/apisix/prometheus/metrics`)).text();
  await expect.poll(metrics, { timeout: 10_000 }).toMatch(/apisix_http_status\{code="429",route="full"[^}]*\} 1/);
});

test('an answer streams: its first piece arrives while the upstream still holds the rest', async () => {
  let finish: () => void = () => undefined;
  await using origin = await startUpstream((_req, res) => {
    res.write('first');
    finish = () => res.end('last');
  });
  await house.admin.put('routes/stream', { uri: '/stream', upstream: nodes(origin.port) });
  await house.untilInSync();

  const response = await fetch(`${house.proxyUrl}/stream`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const first = await reader.read();
  expect(Buffer.from(first.value ?? []).toString()).toBe('first');
  finish();
  const last = await reader.read();

  expect(Buffer.from(last.value ?? []).toString()).toBe('last');
});

test('requests reuse their connections to the upstream', async () => {
  await using origin = await startUpstream((_req, res) => res.end('ok'));
  await house.admin.put('routes/keep', { uri: '/keep', upstream: nodes(origin.port) });
  await house.untilInSync();

  for (let i = 0; i < 20; i += 1) await (await fetch(`${house.proxyUrl}/keep`)).text();

  expect(origin.requests).toHaveLength(20);
  // Each worker has connections of its own.
  expect(origin.connections).toBeLessThanOrEqual(availableParallelism());
});

test('the control plane knows which revision each data plane has acknowledged', async () => {
  await house.admin.put('routes/seen', { uri: '/seen', upstream: nodes(1980) });
  const { revision } = await house.admin.group();

  const instance = await until(async () => {
    const { body } = await house.admin.call('GET', '/api/v1/groups/default/instances');
    const [first] = (body as { list: { applied_revision: number; status: string; version: string; lag: number }[] })
      .list;
    return first?.applied_revision === revision && first;
  }, 'The acknowledgement');

  expect(instance).toMatchObject({ status: 'healthy', version: '0.1.0', lag: 0 });
});

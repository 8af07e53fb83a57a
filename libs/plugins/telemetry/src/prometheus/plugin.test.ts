import { definePlugin } from '@sluice/plugin-kit';
import { check, definePluginSchema, Type } from '@sluice/schema';
import {
  ending,
  startGateway,
  startRawServer,
  startUpstream,
  type TestGateway,
  type TestResource,
} from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { prometheus } from './plugin.ts';

/** Makes everybody the consumer `ann`. */
const annAuth = definePlugin(
  definePluginSchema({
    name: 'ann-auth',
    category: 'test',
    priority: 2500,
    type: 'auth',
    title: 'Ann',
    description: 'Everybody is ann.',
    config: Type.Object({}),
  }),
  (_config, { consumers }) => ({
    rewrite(ctx) {
      const ann = consumers.byUsername('ann');
      if (ann) ctx.attachConsumer(ann);
      return undefined;
    },
  }),
);

type Options = Parameters<typeof startGateway>[2];

async function start(resources: (upstream: string) => readonly TestResource[], options: Options = {}) {
  const upstream = await startUpstream((req, res) => res.writeHead(req.url === '/missing' ? 404 : 200).end('four'));
  const gateway = await startGateway([prometheus, annAuth], resources(upstream.url), options);
  return ending(
    {
      gateway,
      upstream,
    },
    gateway,
    upstream,
  );
}

const route = (id: string, value: object): TestResource => ({ kind: 'route', id, value: { uri: '/*', ...value } });
const counted = { prometheus: {} };
const startCounted = (options?: Options) => start((upstream) => [route('r1', { upstream, plugins: counted })], options);

/** Series of a metric when all requests are over: label text to value. */
async function seriesOf({ engine }: TestGateway, metric: string): Promise<ReadonlyMap<string, number>> {
  await expect.poll(() => engine.openRequests).toBe(0);
  const series = engine.metrics.render().matchAll(/^(\w+)\{(.*)\} (\S+)$/gm);
  return new Map(
    [...series].flatMap(([, name, labels = '', value]) => (name === metric ? [[labels, Number(value)]] : [])),
  );
}

/** The labels of the only series of a metric. */
async function labelsOf(gateway: TestGateway, metric = 'apisix_http_status'): Promise<Record<string, string>> {
  const series = [...(await seriesOf(gateway, metric)).keys()];
  expect(series).toHaveLength(1);
  return Object.fromEntries(
    [...(series[0] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

describe('an answer is counted by who made it:', () => {
  test('the gateway, where no route matched', async () => {
    await using pair = await start(() => [{ kind: 'global_rule', id: '1', value: { plugins: counted } }]);
    await pair.gateway.get('/nowhere');
    expect(await labelsOf(pair.gateway)).toMatchObject({ code: '404', route: '', node: '', response_source: 'apisix' });
  });

  test('the gateway in place of an upstream that failed', async () => {
    await using broken = await startRawServer((socket) => socket.destroy());
    const upstream = `http://${broken.node}`;
    await using gateway = await startGateway([prometheus], [route('r1', { upstream, plugins: counted })]);
    await gateway.get('/');
    expect(await labelsOf(gateway)).toMatchObject({ code: '502', route: 'r1', response_source: 'nginx' });
  });

  test('the upstream, also where it says that something is missing', async () => {
    await using pair = await startCounted();
    await pair.gateway.get('/missing');
    expect(await labelsOf(pair.gateway)).toMatchObject({ code: '404', node: '127.0.0.1', response_source: 'upstream' });
  });
});

describe('the labels of a request', () => {
  test('are these, in this order, empty where there is nothing to say', async () => {
    await using pair = await startCounted();
    await pair.gateway.get('/a');
    const [labels] = (await seriesOf(pair.gateway, 'apisix_http_status')).keys();
    expect(labels).toBe(
      'code="200",route="r1",matched_uri="/*",matched_host="",service="",consumer="",node="127.0.0.1",' +
        'request_type="traditional_http",request_llm_model="",llm_model="",response_source="upstream"',
    );
  });

  test('name the pattern that matched, never what the client asked for', async () => {
    await using pair = await start((upstream) => [route('r1', { host: '*.example', upstream, plugins: counted })]);
    for (const host of ['a.example', 'b.example']) await pair.gateway.get(`/${host}`, { host });
    expect(await labelsOf(pair.gateway)).toMatchObject({ matched_uri: '/*', matched_host: '*.example' });
  });

  test('name the consumer', async () => {
    await using pair = await start((upstream) => [
      { kind: 'consumer', id: 'ann', value: { username: 'ann' } },
      route('r1', { upstream, plugins: { ...counted, 'ann-auth': {} } }),
    ]);
    await pair.gateway.get('/');
    expect(await labelsOf(pair.gateway)).toMatchObject({ consumer: 'ann' });
  });

  test.each([
    ['names', 'shop', 'orders', { route: 'shop', service: 'orders' }],
    ['the id of what has no name', undefined, 'orders', { route: 'r1', service: 'orders' }],
    ['ids where nothing has a name', undefined, undefined, { route: 'r1', service: 's1' }],
  ])('are %s, where names are preferred', async (_case, routeName, serviceName, labels) => {
    await using pair = await start((upstream) => [
      { kind: 'service', id: 's1', value: { upstream, name: serviceName } },
      route('r1', { service_id: 's1', name: routeName, plugins: { prometheus: { prefer_name: true } } }),
    ]);
    await pair.gateway.get('/');
    expect(await labelsOf(pair.gateway)).toMatchObject(labels);
  });

  test('are ids, unless names are preferred', async () => {
    await using pair = await start((upstream) => [
      { kind: 'service', id: 's1', value: { upstream, name: 'orders' } },
      route('r1', { service_id: 's1', name: 'shop', plugins: counted }),
    ]);
    await pair.gateway.get('/');
    expect(await labelsOf(pair.gateway)).toMatchObject({ route: 'r1', service: 's1' });
  });

  test('stay empty where the metadata disables them, in that metric alone', async () => {
    const disabled = { http_status: ['node', 'matched_uri'] };
    await using pair = await start((upstream) => [
      { kind: 'plugin_metadata', id: 'prometheus', value: { disabled_labels: disabled } },
      route('r1', { upstream, plugins: counted }),
    ]);
    await pair.gateway.get('/');
    expect(await labelsOf(pair.gateway)).toMatchObject({ node: '', matched_uri: '', route: 'r1' });
    const [latency] = (await seriesOf(pair.gateway, 'apisix_http_latency_count')).keys();
    expect(latency).toContain('node="127.0.0.1"');
  });

  test('include those that the operator adds', async () => {
    const metrics = { http_status: { extra_labels: [{ method: '$request_method' }] } };
    await using pair = await startCounted({ attributes: { prometheus: { metric_prefix: 'edge_', metrics } } });
    await pair.gateway.request({ method: 'DELETE', path: '/' });
    expect(await labelsOf(pair.gateway, 'edge_http_status')).toMatchObject({ code: '200', method: 'DELETE' });
  });
});

describe('what is counted', () => {
  test('is every request once, also where a global rule counts as well', async () => {
    await using pair = await start((upstream) => [
      { kind: 'global_rule', id: '1', value: { plugins: counted } },
      route('r1', { uri: '/a', upstream, plugins: counted }),
      route('r2', { uri: '/b', upstream }),
    ]);
    for (const path of ['/a', '/a', '/b']) await pair.gateway.get(path);
    expect([...(await seriesOf(pair.gateway, 'apisix_http_status')).values()]).toEqual([2, 1]);
  });

  test('is nothing where the plugin is switched off', async () => {
    const plugins = { prometheus: { _meta: { disable: true } } };
    await using pair = await start((upstream) => [route('r1', { upstream, plugins })]);
    await pair.gateway.get('/');
    expect((await seriesOf(pair.gateway, 'apisix_http_status')).size).toBe(0);
  });

  test('are the bytes of both directions, heads included', async () => {
    await using pair = await startCounted();
    await pair.gateway.request({ method: 'POST', path: '/', body: 'x'.repeat(10_000) });
    const [ingress, egress] = (await seriesOf(pair.gateway, 'apisix_bandwidth')).entries();
    expect(ingress?.[0]).toMatch(/^type="ingress",route="r1",/);
    expect(ingress?.[1]).toBeGreaterThan(10_040);
    expect(egress?.[0]).toMatch(/^type="egress",route="r1",/);
    expect(egress?.[1]).toBeGreaterThan(60);
  });

  test('is the time of the whole, of the upstream and of the gateway', async () => {
    await using pair = await startCounted({ attributes: { prometheus: { default_buckets: [60_000] } } });
    await pair.gateway.get('/');
    const sums = [...(await seriesOf(pair.gateway, 'apisix_http_latency_sum'))];
    const [whole = 0, upstream = 0, own = 0] = sums.map(([, ms]) => ms);
    expect(sums.map(([labels]) => /^type="(\w+)"/.exec(labels)?.[1])).toEqual(['request', 'upstream', 'apisix']);
    expect(whole).toBeCloseTo(upstream + own);
    expect([...(await seriesOf(pair.gateway, 'apisix_http_latency_bucket')).values()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('is no time of an upstream that nobody asked', async () => {
    await using pair = await start(() => [{ kind: 'global_rule', id: '1', value: { plugins: counted } }]);
    await pair.gateway.get('/nowhere');
    const types = [...(await seriesOf(pair.gateway, 'apisix_http_latency_count')).keys()];
    expect(types.map((labels) => /^type="(\w+)"/.exec(labels)?.[1])).toEqual(['request', 'apisix']);
  });
});

describe('a configuration is refused', () => {
  test('that does not say yes or no about names', () => {
    expect(check(prometheus.schema.config, { prefer_name: 'yes' })?.message).toBe(
      'property "prefer_name" validation failed: wrong type: expected boolean, got string',
    );
  });

  test.each([
    [{ http_status: ['route', 'code'] }, 'failed to validate item 2'],
    [{ http_latency: ['type'] }, 'failed to validate item 1'],
    [{ http_requests: ['route'] }, 'additional properties forbidden, found http_requests'],
  ])('of metadata that disables %j', (disabled, message) => {
    expect(check(prometheus.schema.metadata, { disabled_labels: disabled })?.message).toContain(message);
  });
});

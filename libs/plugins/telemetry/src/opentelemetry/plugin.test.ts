import { type AnyPlugin, definePlugin } from '@sluice/plugin-kit';
import { check, definePluginSchema, Type } from '@sluice/schema';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { startCollector } from './fixtures/collector.ts';
import { always, parent, startTraced } from './fixtures/start-traced.ts';
import { opentelemetry } from './plugin.ts';

const [, parentTrace] = parent.split('-');

describe('metadata is refused', () => {
  test.each([
    [{ resource: { 'service.name': { nested: 1 } } }, 'resource'],
    [{ resource: { 'service.name': ['a'] } }, 'resource'],
    [{ collector: { request_headers: { Authorization: { a: 1 } } } }, 'collector'],
    [{ trace_id_source: 'date' }, 'trace_id_source'],
  ])('%j', (metadata, field) => {
    expect(check(opentelemetry.schema.metadata, metadata)?.message).toContain(`property "${field}" validation failed`);
  });
});

describe('a request does not notice', () => {
  const lossOf = (peers: Awaited<ReturnType<typeof startTraced>>) =>
    eventually(() =>
      expect(peers.gateway.log.lines).toContainEqual(expect.objectContaining({ message: 'spans are lost' })),
    );

  test('that there is no metadata, which the log tells', async () => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector, { metadata: null });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    expect(peers.sent()).toBeUndefined();
    expect(peers.gateway.log.lines.map(({ level }) => level)).toContain('warn');
  });

  test('that the address of the collector is none', async () => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector, { metadata: { collector: { address: 'http://[' } } });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    expect(peers.gateway.log.lines).toContainEqual(expect.objectContaining({ message: 'spans cannot be sent' }));
  });

  test('that the collector never answers: what may wait is bounded', async () => {
    await using collector = await startCollector(() => undefined);
    const batch_span_processor = { max_export_batch_size: 1, max_queue_size: 2 };
    await using peers = await startTraced(collector, { metadata: { batch_span_processor } });
    for (let at = 0; at < 3; at += 1) expect((await peers.gateway.get('/')).body).toBe('answer');
    await lossOf(peers);
    expect(peers.gateway.engine.metrics.render()).toContain('trace_spans_dropped_total{plugin="opentelemetry"} 1');
  });

  test('that the collector refuses spans, which are not sent again', async () => {
    await using collector = await startCollector((_req, res) => res.writeHead(400).end());
    await using peers = await startTraced(collector);
    await peers.gateway.get('/');
    await lossOf(peers);
    expect(collector.batches).toEqual([1]);
  });

  test('that the collector is busy: it is asked again', async () => {
    let asked = 0;
    await using collector = await startCollector((_req, res) => res.writeHead((asked += 1) > 1 ? 200 : 503).end());
    await using peers = await startTraced(collector);
    await peers.gateway.get('/');
    await eventually(() => expect(collector.batches).toEqual([1, 1]));
    expect(peers.gateway.log.lines).toEqual([]);
  });
});

describe('a span', () => {
  test('says what was asked, of whom, and what came of it', async () => {
    await using collector = await startCollector();
    const route = (upstream: string) => [
      { kind: 'service', id: 's1', value: { name: 'orders', upstream } },
      {
        kind: 'route',
        id: 'r1',
        value: { uri: '/o/*', name: 'shop', service_id: 's1', plugins: { opentelemetry: always } },
      },
    ];
    const metadata = {
      resource: { 'service.name': 'edge', weight: 1.5, debug: true },
      collector: {
        address: collector.url,
        request_headers: { Authorization: 'token', 'X-N': 1 },
      },
    };
    await using peers = await startTraced(collector, { resources: route, metadata });
    const before = BigInt(Date.now()) * 1_000_000n;
    await peers.gateway.get('/o/1?a=b', { host: 'shop.example.com:80', 'user-agent': 'tester' });
    await eventually(() => expect(collector.spans).toHaveLength(1));
    const [span] = collector.spans;
    expect(span).toMatchObject({ name: 'GET /o/*', kind: 2, parentSpanId: '', status: undefined, scope: 'sluice' });
    expect(span?.resource).toMatchObject({
      'service.name': 'edge',
      weight: 1.5,
      debug: true,
      hostname: expect.any(String),
    });
    expect(span?.attributes).toEqual({
      'net.host.name': 'shop.example.com',
      'http.method': 'GET',
      'http.scheme': 'http',
      'http.target': '/o/1?a=b',
      'http.user_agent': 'tester',
      'user_agent.original': 'tester',
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/o/1',
      'http.route': '/o/*',
      'apisix.route_id': 'r1',
      'apisix.route_name': 'shop',
      'apisix.service_id': 's1',
      'apisix.service_name': 'orders',
      'apisix.response_source': 'upstream',
      'http.status_code': '200',
      'http.response.status_code': '200',
    });
    const tookNs = (span?.endNs ?? 0n) - (span?.startNs ?? 0n);
    expect(span?.startNs).toBeGreaterThanOrEqual(before);
    expect(tookNs).toBeGreaterThan(0n);
    expect(tookNs).toBeLessThan(10_000_000_000n);
    expect(collector.upstream.requests[0]).toMatchObject({ method: 'POST', url: '/v1/traces' });
    expect(collector.upstream.requests[0]?.headers).toMatchObject({
      authorization: 'token',
      'x-n': '1',
      'content-type': 'application/x-protobuf',
    });
  });

  test('holds variables and headers that were asked for, those of an identity that was found later too', async () => {
    await using collector = await startCollector();
    const config = {
      ...always,
      additional_attributes: ['arg_foo', 'cookie_token', 'request_method', 'nothing'],
      additional_header_prefix_attributes: ['X-My-*', 'x-one', 'x-missing'],
    };
    await using peers = await startTraced(collector, { config });
    const headers = {
      'X-My-Name': 'william',
      'x-my-nick': ['bill', 'will'],
      'X-One': '1',
      'X-Other': 'o',
      cookie: 'token=t',
    };
    await peers.gateway.get('/?foo=bar', headers);
    await eventually(() => expect(collector.spans).toHaveLength(1));
    expect(collector.spans[0]?.attributes).toMatchObject({
      arg_foo: 'bar',
      cookie_token: 't',
      request_method: 'GET',
      'x-my-name': 'william',
      'x-my-nick': 'bill, will',
      'x-one': '1',
    });
    expect(Object.keys(collector.spans[0]?.attributes ?? {})).not.toContain('x-other');
    expect(Object.keys(collector.spans[0]?.attributes ?? {})).not.toContain('nothing');
  });

  test.each([
    [500, { code: 2, message: 'upstream error: 500' }],
    [404, undefined],
  ])('of an answer %i has the status %j', async (status, expected) => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector, { status });
    await peers.gateway.get('/');
    await eventually(() => expect(collector.spans).toHaveLength(1));
    expect(collector.spans[0]?.status).toEqual(expected);
  });

  test('is made of a request that no route takes, by a global rule', async () => {
    await using collector = await startCollector();
    const rule = { kind: 'global_rule', id: '1', value: { plugins: { opentelemetry: always } } };
    await using peers = await startTraced(collector, { resources: () => [rule] });
    expect((await peers.gateway.get('/nowhere')).statusCode).toBe(404);
    await eventually(() => expect(collector.spans).toHaveLength(1));
    expect(collector.spans[0]).toMatchObject({ name: 'GET', attributes: { 'apisix.response_source': 'apisix' } });
  });
});

test('routes share the way to the collector, and spans that wait are sent when the gateway ends', async () => {
  await using collector = await startCollector();
  const plugins = { opentelemetry: always };
  const route = (id: string, upstream: string) => ({ kind: 'route', id, value: { uri: `/${id}`, upstream, plugins } });
  const resources = (upstream: string) => [route('a', upstream), route('b', upstream)];
  const metadata = { batch_span_processor: { inactive_timeout: 60, batch_timeout: 60 } };
  await using peers = await startTraced(collector, { resources, metadata });
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  expect(collector.batches).toEqual([]);
  await peers.gateway[Symbol.asyncDispose]();
  expect(collector.batches).toEqual([2]);
});

test('a global rule and a route each make a span of a request, one within the other', async () => {
  await using collector = await startCollector();
  const plugins = { opentelemetry: always };
  const resources = (upstream: string) => [
    { kind: 'global_rule', id: '1', value: { plugins } },
    { kind: 'route', id: '1', value: { uri: '/*', upstream, plugins } },
  ];
  await using peers = await startTraced(collector, { resources });
  await peers.gateway.get('/');
  await eventually(() => expect(collector.spans).toHaveLength(2));
  const [outer, inner] = collector.spans;
  expect([outer?.parentSpanId, inner?.parentSpanId]).toEqual(['', outer?.spanId]);
  expect([inner?.traceId, peers.sent()]).toEqual([outer?.traceId, `00-${inner?.traceId}-${inner?.spanId}-01`]);
});

test('other metadata leads to another collector at once', async () => {
  await using first = await startCollector();
  await using second = await startCollector();
  await using peers = await startTraced(first);
  await peers.gateway.get('/');
  const value = { collector: { address: second.url }, batch_span_processor: { max_export_batch_size: 1 } };
  peers.gateway.apply({ kind: 'plugin_metadata', id: 'opentelemetry', value });
  await peers.gateway.get('/');
  await eventually(() => expect([first.spans.length, second.spans.length]).toEqual([1, 1]));
});

test('plugin_attr stands in where there is no metadata', async () => {
  await using collector = await startCollector();
  const attributes = { collector: { address: collector.url }, batch_span_processor: { max_export_batch_size: 1 } };
  await using peers = await startTraced(collector, { metadata: null, attributes });
  await peers.gateway.get('/');
  await eventually(() => expect(collector.spans).toHaveLength(1));
});

test('logs and plugins know the trace by variables, where that is wanted', async () => {
  await using collector = await startCollector();
  const template = '$opentelemetry_context_traceparent $opentelemetry_trace_id $opentelemetry_span_id';
  const seen: string[] = [];
  const resources = (upstream: string) => [
    { kind: 'route', id: '1', value: { uri: '/*', upstream, plugins: { opentelemetry: always, watch: { template } } } },
  ];
  await using peers = await startTraced(collector, {
    metadata: { set_ngx_var: true },
    resources,
    further: [watch((text) => void seen.push(text))],
  });
  await peers.gateway.get('/', { traceparent: parent });
  await eventually(() => expect(collector.spans).toHaveLength(1));
  const { spanId } = collector.spans[0] ?? {};
  expect(seen).toEqual([`00-${parentTrace}-${spanId}-01 ${parentTrace} ${spanId}`]);
});

/** A plugin that tells what a template becomes when a request is over. */
function watch(tell: (text: string) => void): AnyPlugin {
  const schema = definePluginSchema({
    name: 'watch',
    category: 'test',
    priority: 1,
    title: 'Watch',
    description: 'Tells what a template becomes.',
    config: Type.Object({ template: Type.String() }),
  });
  return definePlugin(schema, ({ template }, kit) => {
    const textOf = kit.template(template);
    return { log: (ctx) => tell(textOf(ctx)) };
  });
}

import { ending, startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { type AnyPlugin, definePlugin, reply } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { zipkin } from './plugin.ts';
import type { ZipkinSpan } from './request-trace.ts';

interface Wanted {
  readonly config?: object;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly sink?: Parameters<typeof startUpstream>[0];
  readonly further?: readonly AnyPlugin[];
  readonly plugins?: object;
}

/** A gateway that sends spans to a service when it ends. */
async function startTraced({ config = {}, attributes = {}, sink, further = [], plugins = {} }: Wanted = {}) {
  const upstream = await startUpstream();
  const service = await startUpstream(sink);
  const traced = { endpoint: `${service.url}/api/v2/spans`, sample_ratio: 1, ...config };
  const value = { uri: '/*', upstream: upstream.url, plugins: { zipkin: traced, ...plugins } };
  const resources: TestResource[] = [{ kind: 'route', id: '1', value }];
  const gateway = await startGateway([zipkin, ...further], resources, { attributes: { zipkin: attributes } });
  const given = {
    gateway,
    upstream,
    service,
    /** Headers of the last request that the upstream got, those of B3 alone. */
    sent: () =>
      Object.fromEntries(
        Object.entries(upstream.requests.at(-1)?.headers ?? {}).filter(([name]) => /^(x-)?b3/.test(name)),
      ) as Record<string, string>,
    /** Ends the gateway: what waits is sent. */
    spans: async () => {
      await gateway[Symbol.asyncDispose]();
      await eventually(() => expect(service.requests.every(({ body }) => body.endsWith(']'))).toBe(true));
      return service.requests.flatMap(({ body }) => JSON.parse(body) as ZipkinSpan[]);
    },
  };
  return ending(given, gateway, upstream, service);
}

const trace = '80f198ee56343ba864fe8b2a57d3eff7';
const caller = 'e457b5a2e4d86bd1';
const grandparent = '05e3ac9a4f6e3b90';
const id = /^[\da-f]{16}$/;

describe('a configuration is refused', () => {
  test.each(['collector', 'ftp://127.0.0.1/', ''])('whose address is %j', (endpoint) => {
    expect(zipkin.schema.extraChecks?.({ endpoint } as never)).toMatch(/^property "endpoint" validation failed/);
    expect(zipkin.schema.extraChecks?.({ endpoint: 'http://127.0.0.1:9411/api/v2/spans' } as never)).toBeUndefined();
  });
});

describe('the header b3 is refused, and the upstream hears nothing', () => {
  test.each([
    trace,
    'x',
    '',
    '-',
    `${trace}-`,
    `-${caller}`,
    `${trace}-${caller}-x`,
    `${trace}-${caller}-1-${caller}-1`,
  ])('where it is %j', async (b3) => {
    await using peers = await startTraced();
    expect((await peers.gateway.get('/', { b3 })).statusCode).toBe(400);
    expect(peers.upstream.requests).toHaveLength(0);
  });
});

test.each([
  ['never answers', () => undefined],
  ['answers 500', (_req: unknown, res: { writeHead(status: number): { end(): void } }) => res.writeHead(500).end()],
])('a request does not notice that the service %s', async (_case, sink) => {
  await using peers = await startTraced({ sink: sink as never });
  expect((await peers.gateway.get('/')).statusCode).toBe(200);
  await peers.gateway[Symbol.asyncDispose]();
  await eventually(() =>
    expect(peers.gateway.log.lines).toContainEqual(expect.objectContaining({ message: 'spans are lost' })),
  );
});

const anyId = expect.stringMatching(/^([\da-f]{16}){1,2}$/) as string;
const begun = { 'x-b3-sampled': '0', 'x-b3-traceid': anyId, 'x-b3-spanid': anyId };
const continued = { ...begun, 'x-b3-traceid': trace, 'x-b3-parentspanid': caller };

describe('a request that is not recorded tells the upstream so', () => {
  test.each([
    ['b3 says 0', { b3: '0' }, begun],
    ['b3 says so with ids', { b3: `${trace}-${caller}-0-${grandparent}` }, continued],
    ['other headers say so', { 'x-b3-sampled': '0', 'x-b3-traceid': trace, 'x-b3-spanid': caller }, continued],
    ['another header says false', { 'x-b3-sampled': 'false', 'x-b3-parentspanid': caller }, begun],
    ['it is not among those that were drawn', {}, begun],
  ])('and of which trace it is, where %s', async (_case, headers, sent) => {
    await using peers = await startTraced({ config: { sample_ratio: 0.00001 } });
    await peers.gateway.get('/', headers);
    expect(peers.sent()).toEqual(sent);
    expect(peers.sent()['x-b3-spanid']).not.toBe(caller);
    expect(await peers.spans()).toEqual([]);
  });
});

describe('a request that is recorded', () => {
  test.each([
    ['in one header', { b3: `${trace}-${caller}-1-${grandparent}` }],
    ['in one header without a decision', { b3: `${trace}-${caller}` }],
    ['in several headers', { 'x-b3-traceid': trace.toUpperCase(), 'x-b3-spanid': caller, 'x-b3-sampled': '1' }],
  ])('goes on with the trace that its caller names %s', async (_case, headers) => {
    await using peers = await startTraced();
    await peers.gateway.get('/', headers);
    const sent = peers.sent();
    const [request, proxy] = await peers.spans();
    expect(request).toMatchObject({ traceId: trace, parentId: caller, name: 'apisix.request' });
    expect(sent).toEqual({
      'x-b3-traceid': trace,
      'x-b3-spanid': proxy?.id,
      'x-b3-parentspanid': request?.id,
      'x-b3-sampled': '1',
    });
  });

  test.each([
    ['b3', { b3: `${trace}-${caller}-d` }],
    ['x-b3-flags', { 'x-b3-flags': '1', 'x-b3-sampled': '0' }],
  ])('because of the mark for debugging in %s passes it on', async (_case, headers) => {
    await using peers = await startTraced({ config: { sample_ratio: 0.00001 } });
    await peers.gateway.get('/', headers);
    expect(peers.sent()).toMatchObject({ 'x-b3-sampled': '1', 'x-b3-flags': '1' });
    for (const span of await peers.spans()) expect(span.debug).toBe(true);
  });

  test.each([
    { 'x-b3-traceid': 'xyz', 'x-b3-spanid': caller },
    { 'x-b3-traceid': trace },
    { 'x-b3-traceid': trace.slice(1), 'x-b3-spanid': caller },
    { b3: `${'g'.repeat(32)}-${caller}` },
  ])('begins a trace of its own where ids are none: %j', async (headers) => {
    await using peers = await startTraced();
    await peers.gateway.get('/', headers);
    const { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId } = peers.sent();
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    expect(traceId).not.toBe(trace);
    expect(spanId).toMatch(id);
  });

  test('is a span with two parts: the upstream and the response', async () => {
    await using peers = await startTraced({ config: { service_name: 'edge', server_addr: '10.0.0.1' } });
    const before = Date.now() * 1000;
    await peers.gateway.get('/p?a=1');
    const spans = await peers.spans();
    expect(spans.map(({ name }) => name)).toEqual(['apisix.request', 'apisix.proxy', 'apisix.response_span']);
    const [request, proxy, response] = spans;
    expect(request).toMatchObject({
      kind: 'SERVER',
      localEndpoint: { serviceName: 'edge', ipv4: '10.0.0.1', port: peers.gateway.port },
      remoteEndpoint: { ipv4: '127.0.0.1' },
      tags: {
        component: 'apisix',
        'http.method': 'GET',
        'http.url': '/p?a=1',
        'http.status_code': '200',
        'apisix.response_source': 'upstream',
      },
    });
    expect([proxy?.parentId, response?.parentId]).toEqual([request?.id, request?.id]);
    expect(request?.timestamp).toBeGreaterThanOrEqual(before);
    expect(Number.isInteger(request?.timestamp) && Number.isInteger(request?.duration)).toBe(true);
    const end = (span: ZipkinSpan | undefined) => (span?.timestamp ?? 0) + (span?.duration ?? 0);
    expect(end(proxy)).toBeLessThanOrEqual(end(request) + 1000);
    expect(peers.service.requests[0]).toMatchObject({ method: 'POST', url: '/api/v2/spans' });
    expect(peers.service.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('is the phases of the gateway in version 1', async () => {
    await using peers = await startTraced({ config: { span_version: 1 } });
    await peers.gateway.get('/');
    const spans = await peers.spans();
    const names = ['apisix.request', 'apisix.rewrite', 'apisix.access', 'apisix.proxy', 'apisix.body_filter'];
    expect(spans.map(({ name }) => name)).toEqual(names);
    const [request, rewrite, access, proxy, body] = spans;
    expect([rewrite, access, proxy].map((span) => span?.parentId)).toEqual(Array(3).fill(request?.id));
    expect(body?.parentId).toBe(proxy?.id);
  });

  test('has no part of an upstream that nobody asked', async () => {
    await using peers = await startTraced({ further: [refuse], plugins: { refuse: {} } });
    expect((await peers.gateway.get('/')).statusCode).toBe(401);
    const spans = await peers.spans();
    expect(spans.map(({ name }) => name)).toEqual(['apisix.request', 'apisix.response_span']);
    expect(spans[0]?.tags).toMatchObject({ 'http.status_code': '401', 'apisix.response_source': 'apisix' });
  });
});

test('a global rule and a route each make spans of a request, the ones within the others', async () => {
  await using peers = await startTraced();
  const plugins = { zipkin: { endpoint: `${peers.service.url}/`, sample_ratio: 1 } };
  peers.gateway.apply({ kind: 'global_rule', id: '1', value: { plugins } });
  await peers.gateway.get('/');
  const sent = peers.sent();
  const spans = await peers.spans();
  const requests = spans.filter(({ name }) => name === 'apisix.request');
  expect(new Set(spans.map((span) => span.id)).size).toBe(6);
  const inner = requests.find((span) => span.id === sent['x-b3-parentspanid']);
  const outer = requests.find((span) => span !== inner);
  expect(spans.find((span) => span.id === inner?.parentId)?.parentId).toBe(outer?.id);
});

test.each([
  ['recorded', '1', '01'],
  ['not recorded', '0', '00'],
])('logs and plugins know the trace of a request that is %s by variables, where that is wanted', async (...one) => {
  const [, decision, flags] = one;
  const seen: string[] = [];
  const watch = pluginOf('watch', (kit) => {
    const textOf = kit.template('$zipkin_context_traceparent $zipkin_trace_id $zipkin_span_id');
    return { log: (ctx) => void seen.push(textOf(ctx)) };
  });
  await using peers = await startTraced({
    attributes: { set_ngx_var: true },
    further: [watch],
    plugins: { watch: {} },
  });
  await peers.gateway.get('/', { b3: `${trace.slice(16)}-${caller}-${decision}` });
  const traceId = trace.slice(16);
  const { 'x-b3-spanid': spanId, 'x-b3-parentspanid': parentId } = peers.sent();
  // The upstream of a recorded request is a span of its own.
  const own = decision === '1' ? parentId : spanId;
  await eventually(() => expect(seen).toEqual([`00-${'0'.repeat(16)}${traceId}-${own}-${flags} ${traceId} ${own}`]));
});

const refuse = pluginOf('refuse', () => ({ access: () => reply(401) }));

/** A plugin that has nothing to configure. */
function pluginOf(
  name: string,
  setup: (kit: Parameters<AnyPlugin['setup']>[1]) => ReturnType<AnyPlugin['setup']>,
): AnyPlugin {
  const words = { category: 'test', priority: 1, title: name, description: name };
  return definePlugin(definePluginSchema({ ...words, name, config: Type.Object({}) }), (_config, kit) => setup(kit));
}

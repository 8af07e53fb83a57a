import type { RequestContext } from '@sluice/plugin-kit';
import { randomId } from '../shared/random-id.ts';
import type { B3 } from './b3.ts';

/** A request that is recorded: ids, and when what began. Times are milliseconds since the request did. */
export interface RequestTrace {
  readonly b3: B3;
  readonly traceId: string;
  readonly requestSpanId: string;
  readonly proxySpanId: string;
  readonly beganMs: number;
  accessMs: number;
  proxyMs: number;
  responseMs: number;
}

/** A span in Zipkin's form, version 2 of its API. Times are microseconds. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: 'SERVER';
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: Endpoint;
  readonly remoteEndpoint?: Endpoint;
  readonly tags: Readonly<Record<string, string>>;
  readonly debug?: true;
}

/** One end of a connection. */
export interface Endpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

/** How spans are made. */
export interface SpanWays {
  readonly serviceName: string;
  readonly serverAddress: string | undefined;
  readonly version: 1 | 2;
}

/** The spans of a request that is over: the one of all of it first. */
export function zipkinSpans(ctx: RequestContext, trace: RequestTrace, ways: SpanWays): ZipkinSpan[] {
  const { traceId, requestSpanId, b3 } = trace;
  const { totalMs } = ctx.times;
  const address = ways.serverAddress ?? ctx.variable('server_addr') ?? '';
  const port = Number(ctx.variable('server_port') ?? 0);
  const localEndpoint = { serviceName: ways.serviceName, ...endpoint(address, port) };
  const span = (id: string, parentId: string | undefined, name: string, fromMs: number, toMs: number): ZipkinSpan => ({
    traceId,
    id,
    ...(parentId !== undefined && { parentId }),
    name,
    timestamp: Math.round((ctx.times.startedAt + fromMs) * 1000),
    // Zipkin takes no duration of 0.
    duration: Math.max(Math.round((toMs - fromMs) * 1000), 1),
    localEndpoint,
    tags: { component: 'apisix' },
    ...(b3.isDebug && { debug: true as const }),
  });
  const whole: ZipkinSpan = {
    ...span(requestSpanId, b3.spanId, 'apisix.request', 0, totalMs),
    kind: 'SERVER',
    remoteEndpoint: endpoint(ctx.client.ip, ctx.client.port),
    tags: tagsOf(ctx),
  };
  const part = (name: string, fromMs: number, toMs: number, id = randomId(8), parent = requestSpanId): ZipkinSpan =>
    span(id, parent, name, fromMs, toMs);
  return [whole, ...(ways.version === 1 ? phases(trace, totalMs, part) : legs(trace, totalMs, part))];
}

type Part = (name: string, fromMs: number, toMs: number, id?: string, parent?: string) => ZipkinSpan;

/** The upstream, where one was asked, and the response from its head on. */
function legs({ proxyMs, responseMs, proxySpanId }: RequestTrace, totalMs: number, part: Part): ZipkinSpan[] {
  const headMs = responseMs < 0 ? totalMs : responseMs;
  const spans = proxyMs < 0 ? [] : [part('apisix.proxy', proxyMs, headMs, proxySpanId)];
  return responseMs < 0 ? spans : [...spans, part('apisix.response_span', responseMs, totalMs)];
}

function phases(trace: RequestTrace, totalMs: number, part: Part): ZipkinSpan[] {
  const { accessMs, proxyMs, responseMs, proxySpanId } = trace;
  const answeredMs = responseMs < 0 ? totalMs : responseMs;
  if (accessMs < 0) return [part('apisix.rewrite', 0, answeredMs)];
  const spans = [
    part('apisix.rewrite', 0, accessMs),
    part('apisix.access', accessMs, proxyMs < 0 ? answeredMs : proxyMs),
  ];
  if (proxyMs < 0) return spans;
  spans.push(part('apisix.proxy', proxyMs, totalMs, proxySpanId));
  if (responseMs >= 0) spans.push(part('apisix.body_filter', responseMs, totalMs, undefined, proxySpanId));
  return spans;
}

function tagsOf(ctx: RequestContext): Record<string, string> {
  const { method, uri } = ctx.request.original;
  return {
    component: 'apisix',
    'http.method': method,
    'http.url': uri,
    'http.status_code': String(ctx.response.status),
    'apisix.response_source': ctx.variable('response_source') ?? '',
  };
}

function endpoint(address: string, port: number): Endpoint {
  return { ...(address.includes(':') ? { ipv6: address } : { ipv4: address }), port };
}

import { hostname } from 'node:os';
import type { BodyCapture, HeaderFields, RequestContext } from '@sluice/plugin-kit';

type Fields = Readonly<Record<string, unknown>>;

/** What of the bodies was kept. */
export interface KeptBodies {
  readonly request: BodyCapture | undefined;
  readonly response: BodyCapture | undefined;
}

/** Makes the entry of a request that is over. */
export type EntryMaker = (ctx: RequestContext, bodies: KeptBodies) => Fields;

const depthMax = 5;

/** Entries of the fields that were asked for, or the usual ones with some more. */
export function entryMaker(format: Fields | undefined, extra: Fields | undefined): EntryMaker {
  if (format !== undefined && Object.keys(format).length > 0) {
    const fill = filler(format, 1);
    return (ctx) => ({ ...fill(ctx), route_id: ctx.route?.id, service_id: ctx.route?.service?.id });
  }
  if (extra === undefined) return usualEntry;
  const fill = filler(extra, 1);
  return (ctx, bodies) => ({ ...usualEntry(ctx, bodies), ...fill(ctx) });
}

/** Reads the format once: what is left for a request is to look variables up. */
function filler(format: Fields, depth: number): (ctx: RequestContext) => Record<string, unknown> {
  const parts = Object.entries(format).map(([name, value]) => [name, partOf(value, depth)] as const);
  return (ctx) => Object.fromEntries(parts.map(([name, part]) => [name, part(ctx)]));
}

function partOf(value: unknown, depth: number): (ctx: RequestContext) => unknown {
  if (typeof value === 'string' && value.startsWith('$')) {
    const name = value.slice(1);
    return (ctx) => ctx.variable(name);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && depth < depthMax ? filler(value as Fields, depth + 1) : () => value;
}

const server = { hostname: hostname() };

function usualEntry(ctx: RequestContext, bodies: KeptBodies): Fields {
  const { request, response, route, consumer, times, bytes, client, node } = ctx;
  const { uri, method, query } = request.original;
  const port = ctx.variable('server_port') ?? '';
  const host = ctx.variable('host') ?? request.original.host;
  const upstreamMs = Math.max(times.upstreamMs, 0);
  return {
    request: {
      url: `${request.scheme}://${host}:${port}${uri}`,
      uri,
      method,
      headers: fieldsOf(request.headers),
      querystring: Object.fromEntries(new URLSearchParams(query)),
      size: bytes.received,
      body: textOf(bodies.request),
    },
    response: {
      status: response.status,
      headers: fieldsOf(response.headers),
      size: bytes.sent,
      body: textOf(bodies.response),
    },
    server,
    upstream: node,
    service_id: route === undefined ? host : (route.service?.id ?? ''),
    route_id: route?.id,
    consumer: consumer && { username: consumer.username },
    client_ip: client.ip,
    start_time: times.startedAt,
    latency: times.totalMs,
    upstream_latency: times.upstreamMs < 0 ? undefined : upstreamMs,
    apisix_latency: Math.max(times.totalMs - upstreamMs, 0),
  };
}

function fieldsOf(fields: HeaderFields): Record<string, string | string[]> {
  const shown = new Map<string, string | string[]>();
  for (const [name, value] of fields.entries()) {
    const key = name.toLowerCase();
    const before = shown.get(key);
    shown.set(key, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(shown);
}

function textOf(body: BodyCapture | undefined): string | undefined {
  return body === undefined || body.total === 0 ? undefined : Buffer.from(body.bytes()).toString();
}

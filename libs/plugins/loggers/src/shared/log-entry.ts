import { hostname } from 'node:os';
import { type BodyCapture, grouped, type RequestContext } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';
import { bodyText } from './body-text.ts';
import { argumentsOf } from './query-arguments.ts';

/** An entry, or the format of one. */
export type Fields = Readonly<Record<string, unknown>>;

/** Which fields an entry has. */
export interface EntryFormat {
  readonly log_format?: Fields | undefined;
  readonly log_format_extra?: Fields | undefined;
}

/** What of the bodies was kept. */
export interface KeptBodies {
  readonly request: BodyCapture | undefined;
  readonly response: BodyCapture | undefined;
}

/** Makes the entry of a request that is over. */
export type EntryMaker = (ctx: RequestContext, bodies: KeptBodies) => Fields;

/** Objects of a format may be so deep in each other; what is deeper is left out. */
const depthMax = 5;

/** Entries of the fields that were asked for, or the usual ones with some more. */
export function entryMaker({ log_format: format, log_format_extra: extra }: EntryFormat, version: string): EntryMaker {
  if (isUsed(format)) {
    const fill = filler(format, 1);
    return (ctx, bodies) => ({
      ...fill(ctx, bodies),
      route_id: ctx.route?.id,
      service_id: ctx.route?.service?.id,
    });
  }
  const server = { hostname: hostname(), version };
  const usual: EntryMaker = (ctx, bodies) => usualEntry(ctx, bodies, server);
  if (extra === undefined) return usual;
  const fill = filler(extra, 1);
  return (ctx, bodies) => ({ ...usual(ctx, bodies), ...fill(ctx, bodies) });
}

/** The format of a configuration, or where it says nothing that of all configurations. */
export function formatOf(config: EntryFormat, metadata: EntryFormat | undefined): EntryFormat {
  return {
    log_format: config.log_format ?? metadata?.log_format,
    log_format_extra: config.log_format_extra ?? metadata?.log_format_extra,
  };
}

/** Whether entries of this format need the body of the request, whatever else is said about bodies. */
export function namesRequestBody({ log_format: format, log_format_extra: extra }: EntryFormat): boolean {
  return mentions(isUsed(format) ? format : extra, '$request_body', 1);
}

function mentions(format: Fields | undefined, text: string, depth: number): boolean {
  if (format === undefined || depth > depthMax) return false;
  return Object.values(format).some(
    (value) => value === text || (isJsonObject(value) && mentions(value, text, depth + 1)),
  );
}

type Part = (ctx: RequestContext, bodies: KeptBodies) => unknown;

/** Reads the format once: what is left for a request is to look variables up. */
function filler(format: Fields, depth: number): (ctx: RequestContext, bodies: KeptBodies) => Record<string, unknown> {
  const fields = Object.entries(format).filter(([, value]) => depth < depthMax || !isJsonObject(value));
  const parts = fields.map(([name, value]) => [name, partOf(value, depth)] as const);
  return (ctx, bodies) => Object.fromEntries(parts.map(([name, part]) => [name, part(ctx, bodies)]));
}

function partOf(value: unknown, depth: number): Part {
  if (value === '$request_body') return (_ctx, { request }) => bodyText(request);
  if (value === '$resp_body') return (ctx, { response }) => bodyText(response, encodingOf(ctx));
  if (typeof value === 'string' && value.startsWith('$')) {
    const name = value.slice(1);
    return (ctx) => ctx.variable(name);
  }
  return isJsonObject(value) ? filler(value, depth + 1) : () => value;
}

function isUsed(format: Fields | undefined): format is Fields {
  return format !== undefined && Object.keys(format).length > 0;
}

const lowerCase = (name: string): string => name.toLowerCase();

function usualEntry(ctx: RequestContext, bodies: KeptBodies, server: Fields): Fields {
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
      headers: grouped(request.headers.entries(), lowerCase),
      querystring: argumentsOf(query),
      size: bytes.received,
      body: bodyText(bodies.request),
    },
    response: {
      status: response.status,
      headers: grouped(response.headers.entries(), lowerCase),
      size: bytes.sent,
      body: bodyText(bodies.response, encodingOf(ctx)),
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

function encodingOf({ response }: RequestContext): string | undefined {
  return response.headers.get('content-encoding');
}

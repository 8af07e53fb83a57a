import { definePlugin, type HeaderFields, type Hooks, type RequestContext, reply, Shared } from '@sluice/plugin-kit';
import { randomId, randomShare } from '../shared/random-id.ts';
import { SpanExporter } from '../shared/span-exporter.ts';
import { traceParent } from '../shared/trace-context.ts';
import { type B3, b3Of } from './b3.ts';
import { type RequestTrace, type SpanWays, type ZipkinSpan, zipkinSpans } from './request-trace.ts';
import { zipkinSchema } from './schema.ts';

const exporters = new Shared<SpanExporter<ZipkinSpan>>();
const malformed = reply(400);
/** What a span weighs in memory, besides what the client asked for. */
const spanBytes = 512;

const collecting = {
  plugin: 'zipkin',
  headers: { 'Content-Type': 'application/json' },
  timeoutMs: 3000,
  sizeMax: 1000,
  idleMs: 5000,
  ageMs: 60_000,
  pendingMax: 16_384,
  retries: 0,
  bodyOf: (spans: readonly ZipkinSpan[]) => JSON.stringify(spans),
};

/** Joins the trace of a request by its B3 headers, or begins one, and sends spans of it to Zipkin. */
export const zipkin = definePlugin(zipkinSchema, (config, kit): Hooks => {
  const { endpoint: url, sample_ratio: ratio } = config;
  const exporter = exporters.take(kit, url, () => new SpanExporter({ ...collecting, url }, kit));
  const setsVariables = kit.attributes['set_ngx_var'] === true;
  // Of its own: on a global rule and on a route, both make spans of a request.
  const recorded = Symbol('trace');
  const traceOf = ({ state }: RequestContext) => state.get(recorded) as RequestTrace | undefined;
  const ways: SpanWays = {
    serviceName: config.service_name,
    serverAddress: config.server_addr,
    version: config.span_version,
  };

  return {
    rewrite(ctx) {
      const { headers } = ctx.request;
      const b3 = b3Of(headers);
      if (b3 === null) return malformed;
      if (b3.isSingle) headers.remove('b3');
      const isSampled = b3.isSampled ?? randomShare() < ratio;
      const trace = begin(b3);
      if (isSampled) {
        ctx.state.set(recorded, trace);
        passRecorded(headers, trace);
      } else {
        passUnrecorded(headers, trace);
      }
      if (setsVariables) setVariables(ctx, trace, isSampled);
      return undefined;
    },
    ...(config.span_version === 1 && {
      access(ctx: RequestContext) {
        const trace = traceOf(ctx);
        if (trace !== undefined) trace.accessMs = sinceBegin(trace);
        return undefined;
      },
    }),
    beforeProxy(ctx) {
      const trace = traceOf(ctx);
      // Tries after the first are part of the same span.
      if (trace !== undefined && trace.proxyMs < 0) trace.proxyMs = sinceBegin(trace);
      return undefined;
    },
    responseHeader(ctx) {
      const trace = traceOf(ctx);
      if (trace !== undefined) trace.responseMs = sinceBegin(trace);
    },
    log(ctx) {
      const trace = traceOf(ctx);
      if (trace === undefined || ctx.isRehearsal) return;
      const bytes = spanBytes + ctx.request.original.uri.length;
      for (const span of zipkinSpans(ctx, trace, ways)) exporter.value.add(span, bytes);
    },
    dispose: () => exporter.release(),
  };
});

function begin(b3: B3): RequestTrace {
  return {
    b3,
    traceId: b3.traceId ?? randomId(16),
    requestSpanId: randomId(8),
    proxySpanId: randomId(8),
    beganMs: performance.now(),
    accessMs: -1,
    proxyMs: -1,
    responseMs: -1,
  };
}

function sinceBegin({ beganMs }: RequestTrace): number {
  return performance.now() - beganMs;
}

/** The upstream learns that the request is not recorded, and of its trace all the same: its logs may name it, as ours do. */
function passUnrecorded(headers: HeaderFields, { b3, traceId, requestSpanId }: RequestTrace): void {
  headers.set('x-b3-traceid', traceId);
  headers.set('x-b3-spanid', requestSpanId);
  if (b3.spanId === undefined) headers.remove('x-b3-parentspanid');
  else headers.set('x-b3-parentspanid', b3.spanId);
  headers.set('x-b3-sampled', '0');
  headers.remove('x-b3-flags');
}

function passRecorded(headers: HeaderFields, { b3, traceId, proxySpanId, requestSpanId }: RequestTrace): void {
  headers.set('x-b3-traceid', traceId);
  headers.set('x-b3-spanid', proxySpanId);
  headers.set('x-b3-parentspanid', requestSpanId);
  headers.set('x-b3-sampled', '1');
  if (b3.isDebug) headers.set('x-b3-flags', '1');
}

function setVariables(ctx: RequestContext, { traceId, requestSpanId }: RequestTrace, isSampled: boolean): void {
  ctx.setVariable('zipkin_context_traceparent', traceParent(traceId.padStart(32, '0'), requestSpanId, isSampled));
  ctx.setVariable('zipkin_trace_id', traceId);
  ctx.setVariable('zipkin_span_id', requestSpanId);
}

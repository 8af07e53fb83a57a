import { definePlugin, type HeaderFields, type Hooks, type Kit, type RequestContext, Shared } from '@sluice/plugin-kit';
import { randomTraceAndSpan } from '../shared/random-id.ts';
import { SpanExporter } from '../shared/span-exporter.ts';
import { isTraceId, traceParent, traceParentOf } from '../shared/trace-context.ts';
import { encodeSpan } from './otlp.ts';
import { furtherAttributes, requestSpan, type SpanIdentity } from './request-span.ts';
import { samplerOf } from './sampler.ts';
import { opentelemetrySchema } from './schema.ts';
import { exportOptions, traceSettings } from './trace-settings.ts';

const exporters = new Shared<SpanExporter<Buffer>>();
/** W3C Trace Context, 3.3.1.5: what is longer need not be passed on; the upstream gets it, spans leave it out. */
const traceStateMax = 512;

/** A step all the same: who has a request explained sees that the plugin is there. */
const idle: Hooks = { rewrite: () => undefined };

/** Joins the trace of a request, or begins one, and sends a span of it to a collector. */
export const opentelemetry = definePlugin(opentelemetrySchema, (config, kit): Hooks => {
  const settings = traceSettings(kit);
  if (settings === undefined) return idle;
  const { collector, batch_span_processor: batches, resource, set_ngx_var: setsVariables } = settings;
  const key = JSON.stringify([collector, batches, resource]);
  const exporter = exporterOf(
    () => exporters.take(kit, key, () => new SpanExporter(exportOptions(settings), kit)),
    kit,
  );
  if (exporter === undefined) return idle;
  // Of its own: on a global rule and on a route, both make a span of a request.
  const recorded = Symbol('span');
  const sampler = samplerOf(config.sampler);
  const further = furtherAttributes(config.additional_attributes, config.additional_header_prefix_attributes);
  const takesRequestId = settings.trace_id_source === 'x-request-id';

  return {
    rewrite(ctx) {
      const { headers } = ctx.request;
      const parent = traceParentOf(headers);
      const drawn = randomTraceAndSpan();
      const traceId = parent?.traceId ?? ((takesRequestId && requestTraceId(ctx)) || drawn.slice(0, 32));
      const spanId = drawn.slice(32);
      const isSampled = sampler(traceId, parent);
      const context = traceParent(traceId, spanId, isSampled);
      headers.set('traceparent', context);
      // The state of a trace that is not gone on with says nothing about the new one.
      if (parent === undefined) headers.remove('tracestate');
      if (setsVariables) setVariables(ctx, context, traceId, spanId);
      if (!isSampled) return undefined;
      ctx.state.set(recorded, { traceId, spanId, parentSpanId: parent?.spanId, traceState: traceStateOf(headers) });
      return undefined;
    },
    log(ctx) {
      const identity = ctx.state.get(recorded) as SpanIdentity | undefined;
      if (identity === undefined || ctx.isRehearsal) return;
      const span = encodeSpan(requestSpan(ctx, identity, further));
      exporter.value.add(span, span.length);
    },
    dispose: () => exporter.release(),
  };
});

/** A request must not fail because nobody can be told of it. */
function exporterOf<T>(open: () => T, { log }: Pick<Kit, 'log'>): T | undefined {
  try {
    return open();
  } catch (error) {
    log.error('spans cannot be sent', { plugin: 'opentelemetry', error: String(error) });
    return undefined;
  }
}

function traceStateOf(headers: HeaderFields): string | undefined {
  const state = headers.getAll('tracestate').join(',');
  return state === '' || state.length > traceStateMax ? undefined : state;
}

function setVariables(ctx: RequestContext, context: string, traceId: string, spanId: string): void {
  ctx.setVariable('opentelemetry_context_traceparent', context);
  ctx.setVariable('opentelemetry_trace_id', traceId);
  ctx.setVariable('opentelemetry_span_id', spanId);
}

function requestTraceId({ request }: RequestContext): string | undefined {
  const id = request.headers.get('x-request-id')?.toLowerCase();
  return id !== undefined && isTraceId(id) ? id : undefined;
}

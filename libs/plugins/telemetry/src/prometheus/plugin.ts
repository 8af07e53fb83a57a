import { definePlugin, type RequestContext } from '@sluice/plugin-kit';
import { labeller, type LabelSettings } from './labels.ts';
import { prometheusSchema } from './schema.ts';
import { exporterSettings } from './settings.ts';

const traffic = ['route', 'service', 'consumer', 'node', 'request_type', 'request_llm_model', 'llm_model'] as const;
const status = ['code', 'route', 'matched_uri', 'matched_host', ...traffic.slice(1), 'response_source'] as const;

/** Counts what each request was, and how long and how large. */
export const prometheus = definePlugin(prometheusSchema, (config, { metrics, attributes, metadata, template }) => {
  const { prefix, buckets, extraLabels } = exporterSettings(attributes);
  const settingsOf = (metric: string, names: readonly string[]): LabelSettings => ({
    names,
    extra: extraLabels(metric),
    disabled: metadata?.disabled_labels?.[metric] ?? [],
    prefersName: config.prefer_name,
  });
  const statusLabels = labeller(settingsOf('http_status', status), template);
  const latencyLabels = labeller(settingsOf('http_latency', ['type', ...traffic]), template);
  const bandwidthLabels = labeller(settingsOf('bandwidth', ['type', ...traffic]), template);

  const statuses = metrics.counter(`${prefix}http_status`, 'Responses by status code.', statusLabels.names);
  const latencies = metrics.histogram(
    `${prefix}http_latency`,
    'Time per request in milliseconds: all of it, the part of the upstream, the part of the gateway.',
    latencyLabels.names,
    buckets,
  );
  const bandwidth = metrics.counter(`${prefix}bandwidth`, 'Bytes received and sent.', bandwidthLabels.names);

  return {
    log(ctx) {
      statuses.record(statusLabels.valuesFor(ctx, String(ctx.response.status)), 1);
      recordLatency(ctx, (type, ms) => latencies.record(latencyLabels.valuesFor(ctx, type), ms));
      bandwidth.record(bandwidthLabels.valuesFor(ctx, 'ingress'), ctx.bytes.received);
      bandwidth.record(bandwidthLabels.valuesFor(ctx, 'egress'), ctx.bytes.sent);
    },
  };
});

/** The upstream's part is known only where one was asked; the rest is the gateway's own. */
function recordLatency({ times }: RequestContext, record: (type: string, ms: number) => void): void {
  record('request', times.totalMs);
  if (times.upstreamMs >= 0) record('upstream', times.upstreamMs);
  record('apisix', Math.max(0, times.totalMs - Math.max(0, times.upstreamMs)));
}

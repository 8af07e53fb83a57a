import { definePlugin, type PluginSetup } from '@sluice/plugin-kit';
import { type Labeller, labeller, LabelReader } from './labels.ts';
import { metricsEndpoint } from './metrics-endpoint.ts';
import { prometheusSchema } from './schema.ts';
import { exporterSettings } from './settings.ts';

const traffic = ['route', 'service', 'consumer', 'node', 'request_type', 'request_llm_model', 'llm_model'] as const;
const status = ['code', 'route', 'matched_uri', 'matched_host', ...traffic.slice(1), 'response_source'] as const;

/** Combinations of values whose series are kept at hand. Beyond it they are found anew. */
const seriesMax = 10_000;

const counting: PluginSetup<typeof prometheusSchema> = (config, kit) => {
  const { metrics, attributes, metadata, template } = kit;
  const { prefix, buckets, extraLabels } = exporterSettings(attributes);
  const reader = new LabelReader(config.prefer_name, template);
  const labelsOf = (metric: string, names: readonly string[]): Labeller =>
    labeller({ names, extra: extraLabels(metric), disabled: metadata?.disabled_labels?.[metric] ?? [] }, reader);
  const codePlace = reader.placeOf('code');
  const statusLabels = labelsOf('http_status', status);
  const latencyLabels = labelsOf('http_latency', ['type', ...traffic]);
  const bandwidthLabels = labelsOf('bandwidth', ['type', ...traffic]);

  const statuses = metrics.counter(`${prefix}http_status`, 'Responses by status code.', statusLabels.names);
  const latencies = metrics.histogram(
    `${prefix}http_latency`,
    'Time per request in milliseconds: all of it, the part of the upstream, the part of the gateway.',
    latencyLabels.names,
    buckets,
  );
  const bandwidth = metrics.counter(`${prefix}bandwidth`, 'Bytes received and sent.', bandwidthLabels.names);

  const seriesOf = (read: readonly string[]) => ({
    requests: statuses.series(statusLabels.valuesFor(read, read[codePlace] ?? '')),
    wholeMs: latencies.series(latencyLabels.valuesFor(read, 'request')),
    upstreamMs: latencies.series(latencyLabels.valuesFor(read, 'upstream')),
    ownMs: latencies.series(latencyLabels.valuesFor(read, 'apisix')),
    received: bandwidth.series(bandwidthLabels.valuesFor(read, 'ingress')),
    sent: bandwidth.series(bandwidthLabels.valuesFor(read, 'egress')),
  });
  const known = new Map<string, ReturnType<typeof seriesOf>>();

  return {
    log(ctx) {
      const read = reader.read(ctx);
      const key = read.join('\0');
      let series = known.get(key);
      if (series === undefined) {
        series = seriesOf(read);
        if (known.size < seriesMax) known.set(key, series);
      }
      const { times, bytes } = ctx;
      series.requests(1);
      series.wholeMs(times.totalMs);
      // The upstream's part is known only where one was asked; the rest is the gateway's own.
      if (times.upstreamMs >= 0) series.upstreamMs(times.upstreamMs);
      series.ownMs(Math.max(0, times.totalMs - Math.max(0, times.upstreamMs)));
      series.received(bytes.received);
      series.sent(bytes.sent);
    },
  };
};

/** Counts what each request was, and how long and how large, and shows it. */
export const prometheus = definePlugin(prometheusSchema, counting, metricsEndpoint);

import { hostname } from 'node:os';
import { check, type PluginMetadataOf, withDefaults } from '@sluice/schema';
import type { Kit } from '@sluice/plugin-kit';
import type { ExportOptions } from '../shared/span-exporter.ts';
import { type Attributes, exportRequest } from './otlp.ts';
import { opentelemetrySchema } from './schema.ts';

type Metadata = PluginMetadataOf<typeof opentelemetrySchema>;

const path = '/v1/traces';
/** Further tries of a batch that the collector could not take. */
const retries = 2;
/** Batches under way at a time where spans are not to be dropped early. */
const parallelMax = 4;

/** What is said of all configurations: the metadata, or without it the attributes of the plugin; undefined for nothing. */
export function traceSettings({
  metadata,
  attributes,
  log,
}: Pick<Kit<unknown, Metadata>, 'metadata' | 'attributes' | 'log'>): Metadata | undefined {
  if (metadata !== undefined) return metadata;
  if (Object.keys(attributes).length === 0) {
    log.warn('opentelemetry does nothing without its plugin_metadata', { plugin: 'opentelemetry' });
    return undefined;
  }
  const issue = check(opentelemetrySchema.metadata, attributes);
  if (issue === undefined) return withDefaults(opentelemetrySchema.metadata, attributes);
  log.error('plugin_attr.opentelemetry cannot be used', { plugin: 'opentelemetry', error: issue.message });
  return undefined;
}

/** How spans get to the collector. Throws where its address is none. */
export function exportOptions({ collector, batch_span_processor: batches, resource }: Metadata): ExportOptions<Buffer> {
  const { request_headers: headers = {} } = collector;
  const attributes: Attributes = [
    ['hostname', hostname()],
    ...Object.entries({ 'service.name': 'APISIX', ...resource }),
  ];
  return {
    plugin: 'opentelemetry',
    url: tracesUrl(collector.address),
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      'Content-Type': 'application/x-protobuf',
    },
    timeoutMs: Math.max(collector.request_timeout, 1) * 1000,
    sizeMax: Math.max(batches.max_export_batch_size ?? 256, 1),
    idleMs: Math.max(batches.inactive_timeout ?? 2, 0) * 1000,
    ageMs: Math.max(batches.batch_timeout ?? 5, 0) * 1000,
    pendingMax: Math.max(batches.max_queue_size ?? 2048, 1),
    ...(batches.drop_on_queue_full === false && { parallelMax }),
    retries,
    bodyOf: exportRequest(attributes, 'sluice'),
  };
}

function tracesUrl(address: string): string {
  const url = new URL(/^https?:\/\//.test(address) ? address : `http://${address}`);
  if (!url.pathname.endsWith(path)) url.pathname = url.pathname.replace(/\/$/, '') + path;
  return url.href;
}

/** What `plugin_attr.prometheus` says about the metrics, with the usual values for what it leaves out. */
export interface ExporterSettings {
  readonly prefix: string;
  /** Upper bounds of the latency buckets in milliseconds. */
  readonly buckets: readonly number[];
  /** Labels that the operator adds to a metric: name to template. */
  extraLabels(metric: string): ReadonlyMap<string, string>;
}

const usualBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

/** Reads the attributes. They come from the operator's own configuration file: what does not fit is left out. */
export function exporterSettings(attributes: Readonly<Record<string, unknown>>): ExporterSettings {
  const { metric_prefix: prefix, default_buckets: buckets, metrics } = attributes;
  return {
    prefix: typeof prefix === 'string' ? prefix : 'apisix_',
    buckets: isBounds(buckets) ? buckets : usualBuckets,
    extraLabels: (metric) => new Map(labelEntries(fieldOf(fieldOf(metrics, metric), 'extra_labels'))),
  };
}

function isBounds(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((bound) => typeof bound === 'number');
}

/** The list holds one object per label: `[{ upstream: '$upstream_addr' }]`. */
function labelEntries(list: unknown): [string, string][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) =>
    Object.entries(item ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

import type { Log, Metric, Metrics } from '@sluice/plugin-kit';
import { bucketOf } from './latency-buckets.ts';

/** Combinations of label values that one metric keeps; what comes after is counted as dropped. */
const seriesMax = 10_000;

/** One metric with all its series. */
interface Family extends Metric {
  render(): string;
}

/** The metrics of this process, in the text format of Prometheus. */
export class MetricRegistry implements Metrics {
  readonly #families = new Map<string, Family>();
  readonly #dropped: CounterFamily;
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
    const help = 'Samples that were not counted because their metric has too many series';
    this.#dropped = new CounterFamily('sluice_metric_samples_dropped_total', help, ['metric'], () => {});
    this.#families.set('sluice_metric_samples_dropped_total', this.#dropped);
  }

  counter(name: string, help: string, labelNames: readonly string[]): Metric {
    return this.#family(name, () => new CounterFamily(name, help, labelNames, this.#onDrop(name)));
  }

  histogram(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]): Metric {
    return this.#family(name, () => new HistogramFamily(name, help, labelNames, bounds, this.#onDrop(name)));
  }

  render(): string {
    return [...this.#families.values()].map((family) => family.render()).join('');
  }

  #family(name: string, make: () => Family): Metric {
    const known = this.#families.get(name);
    if (known) return known;
    const family = make();
    this.#families.set(name, family);
    return family;
  }

  #onDrop(name: string): () => void {
    let isTold = false;
    return () => {
      this.#dropped.record([name], 1);
      if (!isTold)
        this.#log.warn('a metric has too many series, new ones are not counted', { metric: name, seriesMax });
      isTold = true;
    };
  }
}

class CounterFamily implements Family {
  readonly #header: string;
  readonly #name: string;
  readonly #labelNames: readonly string[];
  readonly #onDrop: () => void;
  readonly #series = new Map<string, { readonly labels: string; value: number }>();

  constructor(name: string, help: string, labelNames: readonly string[], onDrop: () => void) {
    this.#header = header(name, help, 'counter');
    this.#name = name;
    this.#labelNames = labelNames;
    this.#onDrop = onDrop;
  }

  record(labels: readonly string[], value: number): void {
    const key = keyOf(labels);
    const known = this.#series.get(key);
    if (known) known.value += value;
    else if (this.#series.size >= seriesMax) this.#onDrop();
    else this.#series.set(key, { labels: labelText(this.#labelNames, labels), value });
  }

  render(): string {
    if (this.#series.size === 0) return '';
    let text = this.#header;
    for (const { labels, value } of this.#series.values()) text += `${this.#name}${braced(labels)} ${value}\n`;
    return text;
  }
}

interface HistogramSeries {
  readonly labels: string;
  readonly buckets: Float64Array;
  sum: number;
  count: number;
}

class HistogramFamily implements Family {
  readonly #header: string;
  readonly #name: string;
  readonly #labelNames: readonly string[];
  readonly #bounds: readonly number[];
  readonly #onDrop: () => void;
  readonly #series = new Map<string, HistogramSeries>();

  constructor(
    name: string,
    help: string,
    labelNames: readonly string[],
    bounds: readonly number[],
    onDrop: () => void,
  ) {
    this.#header = header(name, help, 'histogram');
    this.#name = name;
    this.#labelNames = labelNames;
    this.#bounds = bounds;
    this.#onDrop = onDrop;
  }

  record(labels: readonly string[], value: number): void {
    const series = this.#seriesOf(labels);
    if (!series) return this.#onDrop();
    const bucket = bucketOf(this.#bounds, value);
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  render(): string {
    if (this.#series.size === 0) return '';
    return this.#header + [...this.#series.values()].map((series) => this.#lines(series)).join('');
  }

  #seriesOf(labels: readonly string[]): HistogramSeries | undefined {
    const key = keyOf(labels);
    const known = this.#series.get(key);
    if (known || this.#series.size >= seriesMax) return known;
    const buckets = new Float64Array(this.#bounds.length + 1);
    const series = { labels: labelText(this.#labelNames, labels), buckets, sum: 0, count: 0 };
    this.#series.set(key, series);
    return series;
  }

  #lines({ labels, buckets, sum, count }: HistogramSeries): string {
    const prefix = labels === '' ? '' : `${labels},`;
    let text = '';
    let below = 0;
    for (const [i, hits] of buckets.entries()) {
      below += hits;
      text += `${this.#name}_bucket{${prefix}le="${this.#bounds[i] ?? '+Inf'}"} ${below}\n`;
    }
    return `${text}${this.#name}_sum${braced(labels)} ${sum}\n${this.#name}_count${braced(labels)} ${count}\n`;
  }
}

/** No label value that matters holds a NUL, so no two sets of values share a key. */
function keyOf(labels: readonly string[]): string {
  return labels.join('\0');
}

function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, i) => `${name}="${escaped(values[i] ?? '')}"`).join(',');
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function header(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

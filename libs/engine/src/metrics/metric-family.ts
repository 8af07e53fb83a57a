import type { Metric } from '@sluice/plugin-kit';
import { bucketOf } from './latency-buckets.ts';
import { braced, headerText, labelText, seriesKey } from './metric-text.ts';

/** What a metric is, to whoever makes the same one elsewhere. */
export interface FamilyDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds of a histogram's buckets; empty for others. */
  readonly bounds: readonly number[];
}

/** What happened to one series: its label values joined by NUL, and numbers whose meaning depends on the type. */
export type SeriesSample = readonly [key: string, ...values: number[]];

/** What happened to a metric since the samples before; a gauge gives what it is. */
export interface FamilySamples extends FamilyDescription {
  readonly series: readonly SeriesSample[];
}

/** Combinations of label values that one metric keeps; what comes after is counted as dropped. */
export const seriesMax = 10_000;

/** One series: `values` begin with the number itself, or with sum and count in front of a histogram's buckets. */
interface Series {
  readonly key: string;
  readonly labels: string;
  readonly values: Float64Array;
  /** What `take` has handed out already. */
  readonly taken: Float64Array;
  hasChanged: boolean;
}

/** One metric with all its series. */
export class MetricFamily implements Metric {
  readonly description: FamilyDescription;
  readonly #onDrop: () => void;
  readonly #series = new Map<string, Series>();
  #changed: Series[] = [];

  constructor(description: FamilyDescription, onDrop: () => void) {
    this.description = description;
    this.#onDrop = onDrop;
  }

  /** Adds to a counter, sets a gauge, puts a value into a histogram. */
  record(labels: readonly string[], value: number): void {
    const series = this.#seriesOf(seriesKey(labels));
    if (series) this.#put(series, value);
    else this.#onDrop();
  }

  series(labels: readonly string[]): (value: number) => void {
    const key = seriesKey(labels);
    let series: Series | undefined;
    return (value) => {
      series ??= this.#seriesOf(key);
      if (series) this.#put(series, value);
      else this.#onDrop();
    };
  }

  #put(series: Series, value: number): void {
    if (!series.hasChanged) this.#change(series);
    const { values } = series;
    const { type, bounds } = this.description;
    if (type === 'gauge') values[0] = value;
    else values[0] = (values[0] ?? 0) + value;
    if (type !== 'histogram') return;
    const bucket = 2 + bucketOf(bounds, value);
    values[1] = (values[1] ?? 0) + 1;
    values[bucket] = (values[bucket] ?? 0) + 1;
  }

  /** What happened since the call before. */
  take(): SeriesSample[] {
    const isGauge = this.description.type === 'gauge';
    const samples = this.#changed.map((series): SeriesSample => {
      series.hasChanged = false;
      const { key, values, taken } = series;
      const sample = Array.from(values, (value, i) => (isGauge ? value : value - (taken[i] ?? 0)));
      taken.set(values);
      return [key, ...sample];
    });
    this.#changed = [];
    return samples;
  }

  /** Takes in what happened elsewhere. */
  add([key, ...added]: SeriesSample): void {
    const series = this.#seriesOf(key);
    if (!series) return this.#onDrop();
    if (!series.hasChanged) this.#change(series);
    for (const [i, value] of added.entries()) series.values[i] = (series.values[i] ?? 0) + value;
  }

  render(): string {
    if (this.#series.size === 0) return '';
    const { name, type, help } = this.description;
    let text = headerText(name, help, type);
    for (const series of this.#series.values())
      text +=
        type === 'histogram' ? this.#histogramLines(series) : `${name}${braced(series.labels)} ${series.values[0]}\n`;
    return text;
  }

  #seriesOf(key: string): Series | undefined {
    let series = this.#series.get(key);
    if (!series) {
      if (this.#series.size >= seriesMax) return undefined;
      series = this.#newSeries(key);
      this.#series.set(key, series);
    }
    return series;
  }

  #change(series: Series): void {
    series.hasChanged = true;
    this.#changed.push(series);
  }

  #newSeries(key: string): Series {
    const { type, labelNames, bounds } = this.description;
    const size = type === 'histogram' ? bounds.length + 3 : 1;
    const labels = labelText(labelNames, key);
    return { key, labels, values: new Float64Array(size), taken: new Float64Array(size), hasChanged: false };
  }

  #histogramLines({ labels, values: [sum = 0, count = 0, ...buckets] }: Series): string {
    const { name, bounds } = this.description;
    const prefix = labels === '' ? '' : `${labels},`;
    let text = '';
    let below = 0;
    for (const [i, hits] of buckets.entries()) {
      below += hits;
      text += `${name}_bucket{${prefix}le="${bounds[i] ?? '+Inf'}"} ${below}\n`;
    }
    return `${text}${name}_sum${braced(labels)} ${sum}\n${name}_count${braced(labels)} ${count}\n`;
  }
}

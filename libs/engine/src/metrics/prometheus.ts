import type { Log, Metric, Metrics } from '@sluice/plugin-kit';
import { type FamilyDescription, type FamilySamples, MetricFamily, seriesMax } from './metric-family.ts';

/** What happened to all metrics of a registry since the samples before. Survives a structured clone. */
export type MetricSamples = readonly FamilySamples[];

/** Metrics in the text format of Prometheus: those of one engine, or the sum of several. */
export class MetricRegistry implements Metrics {
  readonly #families = new Map<string, MetricFamily>();
  readonly #dropped: MetricFamily;
  readonly #log: Log;
  /** The newest value of each gauge of each contributor: gauges are summed anew, counters grow. */
  readonly #gauges = new Map<number, Map<string, ReadonlyMap<string, number>>>();

  constructor(log: Log) {
    this.#log = log;
    this.#dropped = this.#family({
      name: 'sluice_metric_samples_dropped_total',
      type: 'counter',
      help: 'Samples that were not counted because their metric has too many series',
      labelNames: ['metric'],
      bounds: [],
    });
  }

  counter(name: string, help: string, labelNames: readonly string[]): Metric {
    return this.#family({ name, type: 'counter', help, labelNames, bounds: [] });
  }

  /** `record` says what the value is now. The values of several workers add up; a dead one's no longer count. */
  gauge(name: string, help: string, labelNames: readonly string[]): Metric {
    return this.#family({ name, type: 'gauge', help, labelNames, bounds: [] });
  }

  histogram(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]): Metric {
    return this.#family({ name, type: 'histogram', help, labelNames, bounds });
  }

  render(): string {
    return [...this.#families.values()].map((family) => family.render()).join('');
  }

  /** What happened since the call before, for the registry that sums up. */
  take(): MetricSamples {
    const samples: FamilySamples[] = [];
    for (const family of this.#families.values()) {
      const series = family.take();
      if (series.length > 0) samples.push({ ...family.description, series });
    }
    return samples;
  }

  /** Takes in what happened in the registry of `contributor`. */
  merge(contributor: number, samples: MetricSamples): void {
    for (const { series, ...description } of samples) {
      const family = this.#family(description);
      if (description.type === 'gauge') this.#mergeGauge(contributor, family, series);
      else for (const sample of series) family.add(sample);
    }
  }

  /** The contributor is gone: what it counted stays, what it measured is no longer. */
  drop(contributor: number): void {
    for (const [name, values] of this.#gauges.get(contributor) ?? [])
      for (const [key, value] of values) this.#families.get(name)?.add([key, -value]);
    this.#gauges.delete(contributor);
  }

  #mergeGauge(contributor: number, family: MetricFamily, series: FamilySamples['series']): void {
    const { name } = family.description;
    const mine = this.#gauges.get(contributor) ?? new Map<string, ReadonlyMap<string, number>>();
    const values = new Map(mine.get(name));
    for (const [key, value = 0] of series) {
      family.add([key, value - (values.get(key) ?? 0)]);
      values.set(key, value);
    }
    this.#gauges.set(contributor, mine.set(name, values));
  }

  #family(description: FamilyDescription): MetricFamily {
    const { name } = description;
    const known = this.#families.get(name);
    if (known) return known;
    const family = new MetricFamily(description, this.#onDrop(name));
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

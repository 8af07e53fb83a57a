/** Values of the labels of a metric, in the order in which it declares them. */
type LabelValues = readonly string[];

/** What is known about a metric. */
interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** Joins label values into a key; no value of ours holds it. */
const SEPARATOR = '\u0001';

/** A number per combination of labels. */
export class Series {
  readonly family: Family;
  readonly #values = new Map<string, number>();

  constructor(family: Family) {
    this.family = family;
  }

  add(by: number, ...labels: LabelValues): void {
    const key = labels.join(SEPARATOR);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  set(value: number, ...labels: LabelValues): void {
    this.#values.set(labels.join(SEPARATOR), value);
  }

  /** Forgets all values: for what is counted anew at every scrape. */
  clear(): void {
    this.#values.clear();
  }

  lines(): string[] {
    const { name, labels } = this.family;
    return [...this.#values].map(([key, value]) => `${name}${labelText(labels, key.split(SEPARATOR))} ${value}`);
  }
}

interface Buckets {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How values are spread, per combination of labels. */
export class Histogram {
  readonly family: Family;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Buckets>();

  constructor(family: Family, bounds: readonly number[]) {
    this.family = family;
    this.#bounds = bounds;
  }

  observe(value: number, ...labels: LabelValues): void {
    const key = labels.join(SEPARATOR);
    const known = this.#series.get(key);
    const buckets = known ?? { counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    if (!known) this.#series.set(key, buckets);
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) buckets.counts[at] = (buckets.counts[at] ?? 0) + 1;
    buckets.sum += value;
    buckets.count += 1;
  }

  lines(): string[] {
    return [...this.#series].flatMap(([key, buckets]) => this.#linesOf(key.split(SEPARATOR), buckets));
  }

  #linesOf(values: LabelValues, { counts, sum, count }: Buckets): string[] {
    const { name, labels } = this.family;
    let below = 0;
    const bucket = (bound: number | string, upTo: number) =>
      `${name}_bucket${labelText([...labels, 'le'], [...values, String(bound)])} ${upTo}`;
    const lines = this.#bounds.map((bound, i) => bucket(bound, (below += counts[i] ?? 0)));
    const text = labelText(labels, values);
    return [...lines, bucket('+Inf', count), `${name}_sum${text} ${sum}`, `${name}_count${text} ${count}`];
  }
}

/** The metrics of one process, in the text format of Prometheus (version 0.0.4). */
export class MetricRegistry {
  readonly #families: (Series | Histogram)[] = [];

  counter(name: string, help: string, ...labels: string[]): Series {
    return this.#keep(new Series({ name, type: 'counter', help, labels }));
  }

  gauge(name: string, help: string, ...labels: string[]): Series {
    return this.#keep(new Series({ name, type: 'gauge', help, labels }));
  }

  /** `bounds` are upper bounds, rising; the one without bound is added. */
  histogram(name: string, help: string, bounds: readonly number[], ...labels: string[]): Histogram {
    return this.#keep(new Histogram({ name, type: 'histogram', help, labels }, bounds));
  }

  text(): string {
    const parts = this.#families.flatMap((metric) => {
      const { name, type, help } = metric.family;
      const lines = metric.lines();
      return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
    });
    return `${parts.join('\n')}\n`;
  }

  #keep<M extends Series | Histogram>(metric: M): M {
    this.#families.push(metric);
    return metric;
  }
}

function labelText(names: readonly string[], values: LabelValues): string {
  if (names.length === 0) return '';
  return `{${names.map((name, i) => `${name}="${escapeLabel(values[i] ?? '')}"`).join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

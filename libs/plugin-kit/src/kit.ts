import type { AttachedConsumer, RequestContext } from './context.ts';

/** Time, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Lines of the error log. Never pass secrets; `fields` are written as JSON. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** The state of a fixed window after a hit. */
export interface WindowState {
  /** Hits left in this window; negative when the hit went over the limit. */
  readonly remaining: number;
  /** Seconds until the window ends, at least 0. */
  readonly resetSeconds: number;
}

/** Counters of this node, exact across its workers. */
export interface Counters {
  /**
   * Counts `cost` hits of `key` in its window of `windowSeconds`, which begins with the first hit. A hit over `limit` is
   * reported with a negative `remaining` and not counted.
   */
  hitWindow(key: string, limit: number, windowSeconds: number, cost: number): WindowState;
}

/** A consumer found by what it presented, with the plugin configuration that carried it. */
export interface ConsumerMatch<C> {
  readonly consumer: AttachedConsumer;
  /** The consumer's configuration of this plugin. */
  readonly config: C;
}

/** Consumers, looked up through the index over the `lookupKey` that a plugin's schema declares. */
export interface ConsumerDirectory<C> {
  find(key: string): ConsumerMatch<C> | undefined;
  byUsername(username: string): AttachedConsumer | undefined;
  /** False where no consumer is configured for this plugin at all. */
  readonly hasAny: boolean;
}

/** A counter or histogram with label values in declared order. */
export interface Metric {
  record(labels: readonly string[], value: number): void;
}

/** Prometheus metrics of this data plane. Asking twice for one name gives the same metric. */
export interface Metrics {
  counter(name: string, help: string, labelNames: readonly string[]): Metric;
  histogram(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]): Metric;
}

/** Whose configuration a plugin is set up for. */
export interface ConfigOwner {
  readonly kind: string;
  readonly id: string;
  /** Revision that last changed the owner. */
  readonly revision: number;
}

/** How a plugin reaches the world. There are no globals: that is what makes time testable. */
export interface Kit<C = unknown, M = unknown> {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly consumers: ConsumerDirectory<C>;
  readonly metrics: Metrics;
  readonly owner: ConfigOwner;
  /** `plugin_attr` of this plugin in the bootstrap configuration. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The plugin's metadata resource, if there is one. */
  readonly metadata: M | undefined;
  /** Compiles a `$var` template; the result gives the text for a request, '' for what is missing. */
  template(source: string): (ctx: RequestContext) => string;
}

import type { PluginSchema } from '@sluice/schema';
import type { CacheZone } from './cache-zone.ts';
import type { AttachedConsumer, RequestContext } from './context.ts';
import type { Endpoints } from './endpoint.ts';
import type { Hooks } from './hooks.ts';
import type { HttpClient, HttpClientOptions } from './http-client.ts';
import type { UpstreamRef } from './outgoing.ts';

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
  /**
   * Takes `cost` out of a bucket that refills by `ratePerSecond` and holds `burst` hits beyond the one that is due: with a
   * burst of 0, hits pass one at a time. A leaky bucket is the same, seen from the other side. Too much is reported by a
   * negative `remaining` and not taken.
   */
  hitBucket(key: string, ratePerSecond: number, burst: number, cost: number): BucketState;
  /** Adds a whole number to a sum that is forgotten `ttlSeconds` after it was begun, and never below 0; answers the sum. */
  add(key: string, amount: number, ttlSeconds: number): number;
  /** The number that `add` made, 0 where there is none. */
  read(key: string): number;
  /** Forgets the number that `add` made. */
  clear(key: string): void;
}

/** The state of a bucket after a hit. */
export interface BucketState {
  /** What is left in the bucket; negative when the hit was too much. */
  readonly remaining: number;
  /** Seconds to wait so that the rate is kept: what was taken beyond the steady rate. 0 within it, and for a refused hit. */
  readonly delaySeconds: number;
}

/**
 * Small values that all workers of this node see, bounded in number and size: sessions, cached decisions. What does not
 * fit is forgotten, the oldest first: keep nothing here that cannot be made again.
 */
export interface Store {
  get(key: string): Uint8Array | undefined;
  /** False where the value is too large to be kept. */
  set(key: string, value: Uint8Array, ttlSeconds: number): boolean;
  delete(key: string): boolean;
}

/** Counts of what is under way on this node, across its workers; a worker that dies takes its counts with it. */
export interface Concurrency {
  /**
   * Counts one more under way for `key`, and answers how many there are now, this one included. Every call is followed by
   * one `leave`, also where the answer was too many. Several workers at a limit may all find one too many; never do more
   * than the limit find that they are within it.
   */
  enter(key: string): number;
  leave(key: string): void;
  /** How many are under way now. */
  count(key: string): number;
}

/** A consumer found by what it presented, with the plugin configuration that carried it. */
export interface ConsumerMatch<C> {
  readonly consumer: AttachedConsumer;
  /** The consumer's configuration of this plugin: the same object until it changes, so that keys made of it can be kept. */
  readonly config: C;
}

/** Consumers, looked up through the index over the `lookupKey` that a plugin's schema declares. */
export interface ConsumerDirectory<C> {
  find(key: string): ConsumerMatch<C> | undefined;
  byUsername(username: string): AttachedConsumer | undefined;
  /** False where no consumer is configured for this plugin at all. */
  readonly hasAny: boolean;
}

/** A counter, gauge or histogram with label values in declared order. */
export interface Metric {
  record(labels: readonly string[], value: number): void;
  /**
   * Records one series: finding it anew for each request costs more than counting. It appears with its first value, so that
   * it may be made before anything is known to happen.
   */
  series(labels: readonly string[]): (value: number) => void;
}

/** Prometheus metrics of this data plane. Asking twice for one name gives the same metric. */
export interface Metrics {
  counter(name: string, help: string, labelNames: readonly string[]): Metric;
  /** `record` sets the value of this worker; those of all workers of the data plane add up. */
  gauge(name: string, help: string, labelNames: readonly string[]): Metric;
  histogram(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]): Metric;
}

/** Whose configuration a plugin is set up for. */
export interface ConfigOwner {
  /** The gateway group that the data plane belongs to: what several share (a Redis) keeps their values apart by it. */
  readonly gatewayGroup: string;
  readonly kind: string;
  readonly id: string;
  /** Revision that last changed the owner. */
  readonly revision: number;
}

/** Another plugin, set up by the plugin that uses it. Its hooks are called like one's own; they may throw, and may wait. */
export interface ComposedPlugin {
  readonly schema: PluginSchema;
  readonly hooks: Hooks;
}

/** How a plugin reaches the world. There are no globals: that is what makes time testable. */
export interface Kit<C = unknown, M = unknown> {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** For limits on what may be under way at once, and for balancing by it. */
  readonly concurrency: Concurrency;
  readonly consumers: ConsumerDirectory<C>;
  readonly metrics: Metrics;
  readonly owner: ConfigOwner;
  /** `plugin_attr` of this plugin in the bootstrap configuration. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Where this data plane keeps its files: a plugin that writes any puts them below it, unless its attributes say where. */
  readonly dataFolder: string;
  /** Version of this gateway, such as `1.4.0`. */
  readonly version: string;
  /** Ports on which this data plane takes TLS, the main one first. */
  readonly httpsPorts: readonly number[];
  /** The plugin's metadata resource, if there is one. */
  readonly metadata: M | undefined;
  /** Compiles a `$var` template; the result gives the text for a request, '' for what is missing. */
  template(source: string): (ctx: RequestContext) => string;
  /** Compiles a `vars` expression, which the schema should have checked; throws where it is none. */
  expression(rules: readonly unknown[]): (ctx: RequestContext) => boolean;
  /**
   * An upstream to send requests to: one of the configuration by its id, which follows its changes, or one that is spelled
   * out here in the same form, which lives as long as this configuration of the plugin.
   */
  upstream(where: { readonly id: string } | Readonly<Record<string, unknown>>): UpstreamRef;
  /** Calls services that are no upstreams. Clients of equal options share their connections. */
  http(options?: HttpClientOptions): HttpClient;
  /** Values that all workers of this node see. Keys of plugins do not meet. */
  readonly store: Store;
  /** The part of this node's cache that the settings give this name; undefined where they name none. */
  cacheZone(name: string): CacheZone | undefined;
  /**
   * Reads a resource of the configuration (`proto`, `secret`, `upstream` ...) and keeps what `compile` makes of it until it
   * changes. The result is undefined while there is none; an error of `compile` is thrown to whoever asks.
   */
  resource<T>(kind: string, id: string, compile: (value: Readonly<Record<string, unknown>>) => T): () => T | undefined;
  /** Runs a task again and again, `everyMs` after it last ended, until the configuration is disposed of. Errors are logged. */
  every(everyMs: number, task: () => void | Promise<void>): void;
  /**
   * Sets another plugin up, to be run by this one; undefined where this build has none of that name. `scope` tells its
   * counters apart from those of the same plugin elsewhere. It is disposed of with this one.
   */
  compose(plugin: string, config: Readonly<Record<string, unknown>>, scope: string): ComposedPlugin | undefined;
  /** The addresses that plugins serve themselves. */
  readonly endpoints: Endpoints;
  /** All metrics of this data plane, of all its workers, in the text format of Prometheus. */
  renderMetrics(): Promise<string>;
}

import type {
  AnyPlugin,
  CacheZone,
  ComposedPlugin,
  ConfigOwner,
  Endpoints,
  HttpClient,
  HttpClientOptions,
  Kit,
  RequestContext,
  Store,
  UpstreamRef,
} from '@sluice/plugin-kit';
import { compileExpression } from '@sluice/expr';
import { withDefaults } from '@sluice/schema';
import { NamedUpstream, OwnUpstream } from '../calls/upstream-handle.ts';
import { ConsumerLookup } from '../snapshot/consumer-lookup.ts';
import type { Resource } from '../snapshot/resource.ts';
import { compileTemplate } from '../variables/template.ts';
import { storeOf } from './local-store.ts';
import type { PluginRegistry, PluginWorld } from './plugin-registry.ts';
import { RepeatedTask } from './repeated-task.ts';

/** Whom a kit is for. */
export interface KitUser {
  readonly plugin: AnyPlugin;
  readonly owner: ConfigOwner;
  readonly metadata: Resource | undefined;
}

/** Tells apart what plugins make for one configuration. */
let made = 0;

/** How one configuration of a plugin reaches the world. Whatever it opens is closed with the configuration. */
export class EngineKit implements Kit {
  readonly clock;
  readonly log;
  readonly counters;
  readonly concurrency;
  readonly metrics;
  readonly owner: ConfigOwner;
  readonly consumers: ConsumerLookup;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly dataFolder: string;
  readonly version: string;
  readonly httpsPorts: readonly number[];
  readonly metadata: unknown;
  readonly store: Store;
  readonly #user: KitUser;
  readonly #world: PluginWorld;
  readonly #registry: PluginRegistry;
  readonly #opened: (() => void | Promise<void>)[] = [];

  constructor(user: KitUser, world: PluginWorld, registry: PluginRegistry) {
    const { name, metadata } = user.plugin.schema;
    const held = user.metadata;
    this.clock = world.clock;
    this.log = world.log;
    this.counters = world.counters;
    this.concurrency = world.concurrency;
    this.metrics = world.metrics;
    this.owner = user.owner;
    this.consumers = new ConsumerLookup(user.plugin.schema, () => world.current());
    this.attributes = world.attributes[name] ?? {};
    this.dataFolder = world.dataFolder;
    this.version = world.version;
    this.httpsPorts = world.httpsPorts;
    this.metadata = held && metadata ? withDefaults(metadata, held.value) : held?.value;
    this.store = storeOf(world.store, name);
    this.#user = user;
    this.#world = world;
    this.#registry = registry;
    // Plugins take what they need out of the kit, and call it on its own.
    for (const name of ['upstream', 'http', 'cacheZone', 'resource', 'every', 'compose', 'renderMetrics'] as const) {
      Object.defineProperty(this, name, { value: this[name].bind(this) });
    }
  }

  template(source: string): (ctx: RequestContext) => string {
    return compileTemplate(source);
  }

  expression(rules: readonly unknown[]): (ctx: RequestContext) => boolean {
    const expression = compileExpression(rules);
    return (ctx) => expression.test(ctx);
  }

  upstream(where: Readonly<Record<string, unknown>>): UpstreamRef {
    const { current, upstreams: directory } = this.#world;
    const finder = { current, directory };
    const { id, ...rest } = where;
    if (Object.keys(rest).length === 0) return new NamedUpstream(finder, String(id));
    // No id of the configuration has a colon.
    const name = `${this.owner.kind}:${this.owner.id}:${(made += 1)}`;
    const upstream = new OwnUpstream(finder, name, { type: 'roundrobin', ...rest });
    this.#opened.push(() => upstream.dispose());
    return upstream;
  }

  cacheZone(name: string): CacheZone | undefined {
    return this.#world.cacheZones.get(name);
  }

  http(options?: HttpClientOptions): HttpClient {
    return this.#world.http.client(options);
  }

  resource<T>(kind: string, id: string, compile: (value: Readonly<Record<string, unknown>>) => T): () => T | undefined {
    let compiled: { readonly of: Resource; readonly result: T } | undefined;
    return () => {
      const found = this.#world.current().get(kind, id);
      if (found === undefined) return undefined;
      if (compiled?.of !== found) compiled = { of: found, result: compile(found.value) };
      return compiled.result;
    };
  }

  every(everyMs: number, task: () => void | Promise<void>): void {
    const repeated = new RepeatedTask(everyMs, task, this.#user.plugin.schema.name, this.log);
    this.#opened.push(() => repeated.dispose());
  }

  compose(name: string, config: Readonly<Record<string, unknown>>, scope: string): ComposedPlugin | undefined {
    const owner = { ...this.owner, id: `${this.owner.id}/${scope}` };
    const composed = this.#registry.compose(name, config, owner);
    if (composed === undefined) return undefined;
    this.#opened.push(() => composed.dispose());
    return { schema: composed.schema, hooks: composed.hooks };
  }

  renderMetrics(): Promise<string> {
    return this.#world.renderMetrics();
  }

  get endpoints(): Endpoints {
    const { current } = this.#world;
    return { find: (method, path) => current().globals.endpoints.find(method, path) };
  }

  /** Closes whatever was opened by this kit. */
  async dispose(): Promise<void> {
    for (const close of this.#opened.toReversed()) await close();
  }
}

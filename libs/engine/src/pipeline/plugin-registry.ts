import {
  type AnyPlugin,
  type CacheZone,
  type Clock,
  type Concurrency,
  type ConfigOwner,
  type Counters,
  type Endpoint,
  type Hooks,
  type Log,
  type Metrics,
  requestPhases,
  type Store,
} from '@sluice/plugin-kit';
import { isJsonObject, type PluginMeta, type PluginSchema, withDefaults } from '@sluice/schema';
import type { Generation } from '../snapshot/generation.ts';
import type { Resource } from '../snapshot/resource.ts';
import type { UpstreamDirectory } from '../upstream/upstream-directory.ts';
import { EngineKit, type KitUser } from './engine-kit.ts';
import type { HttpClients } from './http-clients.ts';
import { PluginInstance } from './plugin-instance.ts';
import { preFunction } from './pre-function.ts';
import { stepMeta } from './step-meta.ts';

/** The schema of any plugin. */
export type AnyPluginSchema = PluginSchema;

/** What plugins reach the world through. */
export interface PluginWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly concurrency: Concurrency;
  readonly metrics: Metrics;
  readonly gatewayGroup: string;
  /** The metrics of the whole data plane. */
  readonly renderMetrics: () => Promise<string>;
  /** `plugin_attr`, by plugin. */
  readonly attributes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly dataFolder: string;
  readonly version: string;
  readonly httpsPorts: readonly number[];
  /** The generation in service: consumers are looked up in the newest one. */
  readonly current: () => Generation;
  readonly upstreams: UpstreamDirectory;
  readonly http: HttpClients;
  readonly store: Store;
  /** The cache of this node, by zone. */
  readonly cacheZones: ReadonlyMap<string, CacheZone>;
}

/** A plugin that another one runs. */
export interface ComposedInstance {
  readonly schema: AnyPluginSchema;
  readonly hooks: Hooks;
  dispose(): Promise<void>;
}

/** The endpoints of all plugins, until they are made anew. */
export interface EndpointSet {
  readonly endpoints: readonly Endpoint[];
  dispose(): Promise<void>;
}

/** The plugins of this build, and how they are set up for a configuration. */
export class PluginRegistry {
  readonly #plugins: ReadonlyMap<string, AnyPlugin>;
  readonly #world: PluginWorld;
  readonly #live = new Set<PluginInstance>();

  constructor(plugins: readonly AnyPlugin[], world: PluginWorld) {
    this.#plugins = new Map(plugins.map((plugin) => [plugin.schema.name, plugin]));
    this.#world = world;
  }

  schema(name: string): AnyPluginSchema | undefined {
    return this.#plugins.get(name)?.schema;
  }

  get log(): Log {
    return this.#world.log;
  }

  /** Sets a plugin up for what `owner` says about it. A plugin that cannot be set up refuses every request. */
  instantiate(owner: Resource, name: string, metadata: Resource | undefined): PluginInstance | undefined {
    const plugin = this.#plugins.get(name);
    const conf = owner.plugins[name];
    if (!plugin || !isJsonObject(conf)) return undefined;
    const { _meta, ...own } = conf;
    const configured = _meta as PluginMeta | undefined;
    const source = configured?.pre_function;
    const meta = stepMeta(configured, source === undefined ? undefined : preFunction(source, own, name, this.log));
    const who = this.#owner(owner.kind, owner.id, owner.modifiedRevision);
    const hooks = meta.isDisabled ? {} : this.#setUp({ plugin, owner: who, metadata }, own);
    const parts = { schema: plugin.schema, owner: who, hooks, meta, metadata };
    const instance = new PluginInstance(parts, this.#world.log, (gone) => this.#live.delete(gone));
    this.#live.add(instance);
    return instance;
  }

  /** Ends all plugins, when no request is left: what they still have to send, they send now. */
  async close(): Promise<void> {
    await Promise.all([...this.#live].map((instance) => instance.dispose()));
  }

  /** Sets a plugin up that another one runs. Throws where that cannot be done: it is the other one that has failed. */
  compose(name: string, config: object, owner: ConfigOwner): ComposedInstance | undefined {
    const plugin = this.#plugins.get(name);
    if (!plugin) return undefined;
    const metadata = this.#world.current().get('plugin_metadata', name);
    const kit = new EngineKit({ plugin, owner, metadata }, this.#world, this);
    const hooks = plugin.setup(withDefaults(plugin.schema.config, config), kit);
    return { schema: plugin.schema, hooks, dispose: () => disposeBoth(hooks, kit) };
  }

  /** Makes the endpoints of all plugins. */
  endpoints(metadataOf: (plugin: string) => Resource | undefined): EndpointSet {
    const kits: EngineKit[] = [];
    const endpoints = [...this.#plugins.values()].flatMap((plugin) => {
      if (!plugin.endpoints) return [];
      const { name } = plugin.schema;
      const owner = this.#owner('plugin_metadata', name, metadataOf(name)?.modifiedRevision ?? 0);
      const kit = new EngineKit({ plugin, owner, metadata: metadataOf(name) }, this.#world, this);
      kits.push(kit);
      return plugin.endpoints(kit);
    });
    return {
      endpoints,
      dispose: async () => {
        for (const kit of kits) await kit.dispose();
      },
    };
  }

  #owner(kind: string, id: string, revision: number): ConfigOwner {
    return { gatewayGroup: this.#world.gatewayGroup, kind, id, revision };
  }

  #setUp(user: KitUser, conf: object): Hooks {
    const { schema } = user.plugin;
    const kit = new EngineKit(user, this.#world, this);
    try {
      const hooks = user.plugin.setup(withDefaults(schema.config, conf), kit);
      return { ...boundHooks(hooks), dispose: () => disposeBoth(hooks, kit) };
    } catch (error) {
      const { owner } = user;
      this.log.error('a plugin could not be set up', { plugin: schema.name, owner, error: String(error) });
      return {
        rewrite: () => Promise.reject(new Error('not set up', { cause: error })),
        dispose: () => kit.dispose(),
      };
    }
  }
}

/** Hooks that are methods of an object keep it as `this`. */
function boundHooks(hooks: Hooks): Hooks {
  const bound: Record<string, unknown> = {};
  for (const phase of requestPhases) {
    const hook = hooks[phase];
    if (hook) bound[phase] = hook.bind(hooks);
  }
  return bound as Hooks;
}

async function disposeBoth(hooks: Hooks, kit: EngineKit): Promise<void> {
  try {
    await hooks.dispose?.();
  } finally {
    await kit.dispose();
  }
}

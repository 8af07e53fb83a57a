import type { AnyPlugin, Clock, ConfigOwner, Counters, Hooks, Kit, Log, Metrics } from '@sluice/plugin-kit';
import { isJsonObject, type PluginMeta, type PluginSchema, withDefaults } from '@sluice/schema';
import { ConsumerLookup } from '../snapshot/consumer-lookup.ts';
import type { Generation } from '../snapshot/generation.ts';
import type { Resource } from '../snapshot/resource.ts';
import { compileTemplate } from '../variables/template.ts';
import { PluginInstance } from './plugin-instance.ts';
import { stepMeta } from './step-meta.ts';

/** The schema of any plugin. */
export type AnyPluginSchema = PluginSchema;

/** What plugins reach the world through. */
export interface PluginWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly metrics: Metrics;
  /** `plugin_attr`, by plugin. */
  readonly attributes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The generation in service: consumers are looked up in the newest one. */
  current(): Generation;
}

/** The plugins of this build, and how they are set up for a configuration. */
export class PluginRegistry {
  readonly #plugins: ReadonlyMap<string, AnyPlugin>;
  readonly #world: PluginWorld;

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
    const meta = stepMeta(_meta as PluginMeta | undefined);
    const who = { kind: owner.kind, id: owner.id, revision: owner.modifiedRevision };
    const hooks = meta.isDisabled ? {} : this.#setUp(plugin, own, who, metadata);
    return new PluginInstance({ schema: plugin.schema, owner: who, hooks, meta, metadata }, this.#world.log);
  }

  #setUp(plugin: AnyPlugin, conf: object, owner: ConfigOwner, metadata: Resource | undefined): Hooks {
    try {
      return plugin.setup(withDefaults(plugin.schema.config, conf), this.#kit(plugin, owner, metadata));
    } catch (error) {
      this.log.error('a plugin could not be set up', { plugin: plugin.schema.name, owner, error: String(error) });
      return { rewrite: () => Promise.reject(new Error('not set up', { cause: error })) };
    }
  }

  #kit(plugin: AnyPlugin, owner: ConfigOwner, held: Resource | undefined): Kit {
    const { clock, log, counters, metrics, attributes } = this.#world;
    const { name, metadata } = plugin.schema;
    return {
      clock,
      log,
      counters,
      metrics,
      owner,
      consumers: new ConsumerLookup(plugin.schema, () => this.#world.current()),
      attributes: attributes[name] ?? {},
      metadata: held && metadata ? withDefaults(metadata, held.value) : held?.value,
      template: compileTemplate,
    };
  }
}

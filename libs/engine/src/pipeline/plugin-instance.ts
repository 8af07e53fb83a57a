import type { ConfigOwner, Hooks, Log } from '@sluice/plugin-kit';
import type { Resource } from '../snapshot/resource.ts';
import type { AnyPluginSchema } from './plugin-registry.ts';
import type { StepMeta } from './step-meta.ts';

/** What an instance is made of. */
export interface PluginInstanceParts {
  readonly schema: AnyPluginSchema;
  readonly owner: ConfigOwner;
  readonly hooks: Hooks;
  readonly meta: StepMeta;
  readonly metadata: Resource | undefined;
}

/** A plugin that was set up for one configuration. It is shared by all chains that the configuration is part of. */
export class PluginInstance {
  readonly schema: AnyPluginSchema;
  readonly owner: ConfigOwner;
  readonly hooks: Hooks;
  readonly meta: StepMeta;
  /** The plugin's metadata that it was set up with. */
  readonly metadata: Resource | undefined;
  readonly #log: Log;
  readonly #onGone: (instance: PluginInstance) => void;
  #users = 1;
  #isGone = false;

  constructor(parts: PluginInstanceParts, log: Log, onGone: (instance: PluginInstance) => void) {
    this.schema = parts.schema;
    this.owner = parts.owner;
    this.hooks = parts.hooks;
    this.meta = parts.meta;
    this.metadata = parts.metadata;
    this.#log = log;
    this.#onGone = onGone;
  }

  get name(): string {
    return this.schema.name;
  }

  retain(): void {
    this.#users += 1;
  }

  /** The configuration that made the instance is its first user. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) void this.dispose();
  }

  /** Lets the plugin send and close what it holds. By itself with the last user; before it only where all ends. */
  async dispose(): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#onGone(this);
    try {
      await this.hooks.dispose?.();
    } catch (error) {
      this.#log.error('a plugin failed to clean up', { plugin: this.name, owner: this.owner, error: String(error) });
    }
  }
}

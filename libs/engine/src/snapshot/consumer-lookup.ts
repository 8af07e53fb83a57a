import type { AttachedConsumer, ConsumerDirectory, ConsumerMatch } from '@sluice/plugin-kit';
import { isJsonObject, withDefaults } from '@sluice/schema';
import type { AnyPluginSchema } from '../pipeline/plugin-registry.ts';
import type { Generation } from './generation.ts';
import type { Resource } from './resource.ts';

/** What each version of a consumer or credential says to plugins, the same for all routes; gone with the version. */
const configs = new WeakMap<Resource, Map<AnyPluginSchema, unknown>>();

/** The consumers of one plugin, as the newest generation has them: a key that was withdrawn opens nothing any more. */
export class ConsumerLookup implements ConsumerDirectory<unknown> {
  readonly #schema: AnyPluginSchema;
  readonly #current: () => Generation;
  /** One match per version of a consumer; gone with it. */
  readonly #matches = new WeakMap<Resource, ConsumerMatch<unknown>>();

  constructor(schema: AnyPluginSchema, current: () => Generation) {
    this.#schema = schema;
    this.#current = current;
  }

  get hasAny(): boolean {
    return this.#current().consumers?.hasAny(this.#schema.name) ?? false;
  }

  find(key: string): ConsumerMatch<unknown> | undefined {
    const generation = this.#current();
    const found = generation.consumers?.find(this.#schema.name, key);
    if (!found) return undefined;
    const known = this.#matches.get(found);
    if (known) return known;
    const consumer = attachedConsumer(found, generation);
    if (!consumer) return undefined;
    const match = { consumer, config: this.#configOf(found) };
    // A credential's match names its consumer, which may change without it.
    if (found.kind === 'consumer') this.#matches.set(found, match);
    return match;
  }

  byUsername(username: string): AttachedConsumer | undefined {
    const generation = this.#current();
    const found = generation.get('consumer', username);
    return found && attachedConsumer(found, generation);
  }

  #configOf(found: Resource): unknown {
    const known = configs.get(found) ?? new Map<AnyPluginSchema, unknown>();
    if (known.has(this.#schema)) return known.get(this.#schema);
    const conf = found.plugins[this.#schema.name];
    const config = this.#schema.consumer ? withDefaults(this.#schema.consumer, conf) : conf;
    configs.set(found, known.set(this.#schema, config));
    return config;
  }
}

/** Who a consumer or credential stands for; undefined for a credential without its consumer. */
function attachedConsumer(found: Resource, generation: Generation): AttachedConsumer | undefined {
  const isCredential = found.kind === 'credential';
  const [username = '', credentialId] = found.id.split('/');
  const owner = isCredential ? generation.get('consumer', username) : found;
  if (!owner) return undefined;
  const { labels } = owner.value;
  return {
    username: owner.text('username') ?? owner.id,
    groupId: owner.text('group_id'),
    labels: isJsonObject(labels) ? (labels as Record<string, string>) : {},
    credentialId: isCredential ? credentialId : undefined,
  };
}

import type { Static, TSchema } from 'typebox';
import type { KindName, RuleHooks } from './kind.ts';

/** The points in a request's life at which a plugin may act. */
export type PluginPhase =
  'rewrite' | 'access' | 'before_proxy' | 'header_filter' | 'body_filter' | 'log' | 'delayed_body_filter';

/** What a plugin runs on: requests, or streams of bytes. */
export type Subsystem = 'http' | 'stream';

/** Patterns of secret fields for each of a plugin's schemas. */
export interface PluginSecrets {
  readonly config: readonly string[];
  readonly consumer: readonly string[];
  readonly metadata: readonly string[];
}

/** Why a field is not what it is in APISIX; with `meaning`, one that looks the same and means something else. */
export type Difference = string | { readonly meaning: string };

/** What configurations must agree about that belong together by the value of one of their fields. */
export interface PluginAgreement {
  /** A top-level text field. Configurations with the same value in it must say the same otherwise, wherever they stand. */
  readonly field: string;
  /** Why one that says something else is refused. */
  readonly refusal: string;
}

/** What can be configured about a plugin, and what a plane without the plugin needs to know about it. */
export interface PluginSchema<
  C extends TSchema = TSchema,
  K extends TSchema | undefined = TSchema | undefined,
  M extends TSchema | undefined = TSchema | undefined,
> {
  readonly name: string;
  readonly category: string;
  readonly priority: number;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly type?: 'auth';
  readonly runPolicy?: 'prefer_route';
  readonly subsystems: readonly Subsystem[];
  readonly phases?: readonly PluginPhase[];
  readonly config: C;
  /** What a consumer or credential says; undefined where the plugin knows no consumers. */
  readonly consumer: K;
  readonly metadata: M;
  readonly secrets: PluginSecrets;
  /** Pattern of a field of the configuration → kind of the resource that it names, which then cannot be deleted. */
  readonly references: Readonly<Record<string, KindName>>;
  /** Field of the consumer schema by which a consumer is found, such as `key`. */
  readonly lookupKey?: string;
  /** Configurations that act as one, such as limits that share a counter. */
  readonly agreement?: PluginAgreement;
  /** Field that the metadata says where a configuration does not → why a configuration is refused where neither does. */
  readonly metadataFallbacks?: Readonly<Record<string, string>>;
  /**
   * Path of a field (`nodes[].host`, `consumer/key`, `metadata/log_format`, `priority`) → why it differs from the plugin of
   * the same name in APISIX. The page on compatibility shows them, and a test compares them with what differs.
   */
  readonly differences?: Readonly<Record<string, Difference>>;
  /** A rule that comes before the schema, on a configuration as it was written; answers the error text. */
  preChecks?(config: Readonly<Record<string, unknown>>): string | undefined;
  /** A rule on a configuration that the schema accepted; answers the error text. Method syntax, so that schemas mix. */
  extraChecks?(config: Static<C>, hooks?: RuleHooks): string | undefined;
  /** A rule on what a consumer says, which the schema accepted; answers the error text. */
  consumerChecks?(consumer: ConsumerStatic<K>, hooks?: RuleHooks): string | undefined;
}

/** A plugin's schema as it is written down; what is left out gets the usual value. */
export interface PluginSchemaDefinition<
  C extends TSchema,
  K extends TSchema | undefined,
  M extends TSchema | undefined,
> {
  readonly name: string;
  readonly category: string;
  readonly priority: number;
  readonly title: string;
  readonly description: string;
  readonly version?: string;
  readonly type?: 'auth';
  readonly runPolicy?: 'prefer_route';
  readonly subsystems?: readonly Subsystem[];
  readonly phases?: readonly PluginPhase[];
  readonly config: C;
  readonly consumer?: K;
  readonly metadata?: M;
  readonly secrets?: Partial<PluginSecrets>;
  readonly references?: Readonly<Record<string, KindName>>;
  readonly lookupKey?: string;
  readonly agreement?: PluginAgreement;
  readonly metadataFallbacks?: Readonly<Record<string, string>>;
  readonly differences?: Readonly<Record<string, Difference>>;
  preChecks?(config: Readonly<Record<string, unknown>>): string | undefined;
  extraChecks?(config: Static<C>, hooks?: RuleHooks): string | undefined;
  /** A rule on what a consumer says, which the schema accepted; answers the error text. */
  consumerChecks?(consumer: ConsumerStatic<K>, hooks?: RuleHooks): string | undefined;
}

/** What a consumer says, defaults filled; `never` where a plugin knows no consumers. */
type ConsumerStatic<K> = K extends TSchema ? Static<K> : never;

/** The type of a plugin's configuration, defaults filled. */
export type PluginConfigOf<P extends PluginSchema> = Static<P['config']>;

/** The type of what a consumer says to the plugin; `never` where it knows no consumers. */
export type PluginConsumerOf<P extends PluginSchema> = P['consumer'] extends TSchema ? Static<P['consumer']> : never;

/** The type of a plugin's metadata; `never` where it has none. */
export type PluginMetadataOf<P extends PluginSchema> = P['metadata'] extends TSchema ? Static<P['metadata']> : never;

/** Completes a plugin's schema: version 0.1, for requests, no consumer schema, no metadata, no secrets, no references. */
export function definePluginSchema<
  const C extends TSchema,
  const K extends TSchema | undefined = undefined,
  const M extends TSchema | undefined = undefined,
>(definition: PluginSchemaDefinition<C, K, M>): PluginSchema<C, K, M> {
  const { secrets, consumer, metadata, version = '0.1', subsystems = ['http'], references = {}, ...rest } = definition;
  return Object.freeze({
    ...rest,
    version,
    subsystems,
    references,
    // Absent and undefined are the same to a reader; the cast only says so.
    consumer: consumer as K,
    metadata: metadata as M,
    secrets: Object.freeze({ config: [], consumer: [], metadata: [], ...secrets }),
  });
}

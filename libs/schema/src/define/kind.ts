import type { TSchema } from 'typebox';
import type { PluginSchema } from './plugin-schema.ts';

/** The wire names of the fourteen types of resource. */
export type KindName =
  | 'route'
  | 'service'
  | 'upstream'
  | 'consumer'
  | 'credential'
  | 'consumer_group'
  | 'plugin_config'
  | 'global_rule'
  | 'ssl'
  | 'proto'
  | 'stream_route'
  | 'secret'
  | 'plugin_metadata'
  | 'graphql_cost_decoration';

/** The verbs that the Admin API knows. */
export type KindMethod = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/**
 * The schema of a plugin that checks the `plugins` of a kind: what a route may say, what a consumer may say, or what a
 * stream route may say, of whose plugins only those that run on streams are known.
 */
export type PluginDoor = 'config' | 'consumer' | 'stream';

/** Resources of a kind may live inside one of another kind: their id is `<id of the parent>/<own id>`. */
export interface KindParent {
  readonly kind: KindName;
  /** Field of the value that repeats the id of the parent. */
  readonly field?: string;
  /** The whole answer to who writes a resource whose parent does not exist. */
  readonly missing: string;
}

/** What a rule beyond the schema may ask of its caller, because this package cannot know it. */
export interface RuleHooks {
  /** Compiles a `vars` expression; answers what is wrong with it. */
  readonly checkVars?: (expression: unknown) => string | undefined;
  /** Compiles a regular expression; answers what is wrong with it. */
  readonly checkPattern?: (pattern: string) => string | undefined;
  /** Reads PEM certificates; answers what is wrong with them. */
  readonly checkCertificates?: (pem: string) => string | undefined;
  /** Reads a PEM certificate and the private key that belongs to it; answers what is wrong with them. */
  readonly checkKeyPair?: (certificate: string, key: string) => string | undefined;
  /** Reads a public key in PEM; answers what is wrong with it. */
  readonly checkPublicKey?: (pem: string) => string | undefined;
  /** The public half of a private key in PEM, as a JWK (RFC 7517); the text `public` for a public key, or null for no key. */
  readonly publicJwkOf?: (pem: string) => Readonly<Record<string, unknown>> | 'public' | null;
  /** The schema of a plugin by its name: for metadata, and for plugins that run other plugins. */
  readonly plugin?: (name: string) => PluginSchema | undefined;
  /** Reads the source of a function, without running it; answers what is wrong with it. */
  readonly checkFunction?: (source: string) => string | undefined;
  /** Looks for a zone of the cache of the wanted kind; answers what is wrong with it. */
  readonly checkCacheZone?: (zone: string, strategy: string) => string | undefined;
  /** Compiles the text of a `.proto` file, or a set of file descriptors in base64; answers what is wrong with it. */
  readonly checkProto?: (content: string) => string | undefined;
  /** Compiles a JSON schema that a user has written; answers what is wrong with it. */
  readonly checkSchema?: (schema: unknown) => string | undefined;
  /** Compiles a template in the syntax of lua-resty-template; answers what is wrong with it. */
  readonly checkTemplate?: (source: string) => string | undefined;
}

/** A rule that a schema cannot say: the complete message to answer with, or undefined. */
export type Rule = (value: unknown, hooks?: RuleHooks) => string | undefined;

/** All that the planes need to know about one type of resource. */
export interface ResourceKind<S extends TSchema = TSchema> {
  readonly name: KindName;
  /** As in paths and storage keys: `routes`, `plugin_configs`. */
  readonly plural: string;
  /** As in messages: `plugin config`. */
  readonly label: string;
  /** As people read it: `Plugin config`. */
  readonly title: string;
  readonly description: string;
  readonly idField: 'id' | 'username';
  /** Parts of an id that slashes divide: 2 for `vault/1`, and for what lives inside another resource. */
  readonly idSegments: 1 | 2;
  /** What resources of the kind live in, and are deleted with. */
  readonly parent: KindParent | null;
  /** Why resources of the kind are stored, but do nothing in this version; null for those that are served. */
  readonly notServed: string | null;
  /** Whether the server notes when a resource was created and changed. */
  readonly isTimed: boolean;
  /** Every other method answers 405. */
  readonly methods: ReadonlySet<KindMethod>;
  readonly schema: S;
  /** Field (dotted where nested) → kind that it points to. */
  readonly references: Readonly<Record<string, KindName>>;
  readonly pluginDoor: PluginDoor | null;
  /** The only type of plugin that the kind may have; null where all may be there. */
  readonly pluginType: 'auth' | null;
  /** Patterns of secret fields, as `secretPointers` reads them. */
  readonly secrets: readonly string[];
  /** Fields that even the compatible API, which shows other secrets, never answers. */
  readonly unshown: readonly string[];
  /** Runs before the schema; its message is the whole answer. */
  readonly preChecks?: Rule;
  /** Runs on a value that the schema accepted; its message is the whole answer. */
  readonly extraChecks?: Rule;
}

/** A kind as it is written down; what is left out gets the usual value. */
export interface KindDefinition<S extends TSchema> {
  readonly name: KindName;
  readonly title: string;
  readonly description: string;
  readonly schema: S;
  readonly plural?: string;
  readonly label?: string;
  readonly idField?: 'id' | 'username';
  readonly idSegments?: 1 | 2;
  readonly parent?: KindParent;
  readonly notServed?: string;
  readonly isTimed?: boolean;
  readonly methods?: readonly KindMethod[];
  readonly references?: Readonly<Record<string, KindName>>;
  readonly pluginDoor?: PluginDoor | null;
  readonly pluginType?: 'auth';
  readonly secrets?: readonly string[];
  readonly unshown?: readonly string[];
  readonly preChecks?: Rule;
  readonly extraChecks?: Rule;
}

/** Completes a kind: plural by `s`, label from the name, all five methods, no plugins. */
export function defineKind<const S extends TSchema>(definition: KindDefinition<S>): ResourceKind<S> {
  return Object.freeze({
    plural: `${definition.name}s`,
    label: definition.name.replaceAll('_', ' '),
    idField: 'id' as const,
    idSegments: definition.parent ? (2 as const) : (1 as const),
    parent: null,
    notServed: null,
    isTimed: true,
    references: {},
    pluginDoor: null,
    pluginType: null,
    secrets: [],
    unshown: [],
    ...definition,
    methods: new Set<KindMethod>(definition.methods ?? ['GET', 'PUT', 'POST', 'PATCH', 'DELETE']),
  });
}

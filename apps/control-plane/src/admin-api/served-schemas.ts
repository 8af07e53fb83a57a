import {
  canonicalJson,
  HealthChecks,
  Host,
  HttpMethod,
  Id,
  type JsonValue,
  pluginMetaSchema,
  Plugins,
  stripAnnotations,
  type PluginSchema,
  type ResourceKind,
} from '@sluice/schema';
import type { TSchema } from 'typebox';

/** Schemas never change while the process runs, so that each is made ready to be served once. */
const ready = new WeakMap<TSchema, object>();

/** The schema of a kind, as this API serves it: without annotations. */
export function servedKindSchema(kind: ResourceKind): object {
  return served(kind.schema, (schema) => schema);
}

/** The schema of a plugin for objects, with the `_meta` that every plugin takes. */
export function servedPluginSchema({ config, consumer, secrets }: PluginSchema): object {
  return served(config, ({ properties, ...stripped }) => ({
    ...stripped,
    ...encrypted(secrets.config),
    ...(consumer && { title: 'work with route or service object' }),
    properties: { ...properties, _meta: stripAnnotations(pluginMetaSchema) },
  }));
}

/** The schema of a plugin for consumers, undefined where it has none. By the titles clients tell the two apart. */
export function servedConsumerSchema({ consumer, secrets }: PluginSchema): object | undefined {
  if (!consumer) return undefined;
  const title = 'work with consumer object';
  return served(consumer, (stripped) => ({ ...stripped, ...encrypted(secrets.consumer), title }));
}

/** Which fields are secrets, in the word of this API. */
function encrypted(secrets: readonly string[]): object {
  return secrets.length > 0 ? { encrypt_fields: secrets } : {};
}

/** Parts of schemas that clients ask for by a name of their own. */
const parts: ReadonlyMap<string, TSchema> = new Map<string, TSchema>([
  ['plugins', Plugins],
  ['id_schema', Id],
  ['host_def', Host],
  ['method_schema', HttpMethod],
  ['health_checker', HealthChecks],
]);

/** A part of schemas by the name that clients know; undefined where there is none. */
export function servedPart(name: string): object | undefined {
  const schema = parts.get(name);
  return schema && served(schema, (stripped) => stripped);
}

/** Everything that is known about a plugin. */
export function servedPlugin(plugin: PluginSchema): object {
  const { version, priority, type, metadata } = plugin;
  const consumerSchema = servedConsumerSchema(plugin);
  return {
    version: Number(version),
    priority,
    schema: servedPluginSchema(plugin),
    ...(type && { type }),
    ...(consumerSchema && { consumer_schema: consumerSchema }),
    ...(metadata && {
      metadata_schema: served(metadata, (schema) => ({ ...schema, ...encrypted(plugin.secrets.metadata) })),
    }),
  };
}

type Stripped = Record<string, unknown> & { properties?: object };

/** Clients compare the text: keys stand in the order of the alphabet. */
function served(schema: TSchema, finish: (stripped: Stripped) => object): object {
  const known = ready.get(schema);
  if (known) return known;
  const made = JSON.parse(canonicalJson(finish(stripAnnotations(schema)) as JsonValue)) as object;
  ready.set(schema, made);
  return made;
}

import {
  HealthChecks,
  Host,
  HttpMethod,
  Id,
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
export function servedPluginSchema({ config, consumer }: Pick<PluginSchema, 'config' | 'consumer'>): object {
  return withMeta(config, consumer && 'work with route or service object');
}

/** The schema of a plugin for consumers, undefined where it has none. */
export function servedConsumerSchema({ consumer }: Pick<PluginSchema, 'consumer'>): object | undefined {
  return consumer && withMeta(consumer, 'work with consumer object');
}

/** Where a plugin has two schemas, clients tell them apart by their titles. */
function withMeta(schema: TSchema, title: string | undefined): object {
  return served(schema, (stripped) => ({
    ...stripped,
    ...(title !== undefined && { title }),
    properties: { ...stripped.properties, _meta: stripAnnotations(pluginMetaSchema) },
  }));
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
    ...(metadata && { metadata_schema: served(metadata, (schema) => schema) }),
  };
}

type Stripped = Record<string, unknown> & { properties?: object };

function served(schema: TSchema, finish: (stripped: Stripped) => object): object {
  const known = ready.get(schema);
  if (known) return known;
  const made = finish(stripAnnotations(schema));
  ready.set(schema, made);
  return made;
}

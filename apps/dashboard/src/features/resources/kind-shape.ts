import { isJsonObject } from '@sluice/schema';
import { pluginDoor } from '../../api/plugin-door.ts';
import type { JsonRecord, JsonSchema, Kind, Plugin } from '../../api/types.ts';

const metadataKind = 'plugin_metadata';

/** A kind as it is for one resource: what metadata may say, the plugin tells that its id names. */
export function shapeOf(kind: Kind, plugins: readonly Plugin[], value: JsonRecord): Kind {
  if (kind.name !== metadataKind) return kind;
  const plugin = plugins.find(({ name }) => name === value[kind.id_field]);
  if (!plugin?.metadata_schema) return kind;
  const { required, properties, ...rules } = plugin.metadata_schema;
  return {
    ...kind,
    schema: {
      ...rules,
      properties: { ...propertiesOf(kind.schema), ...(isJsonObject(properties) ? properties : {}) },
      required: [kind.id_field, ...(Array.isArray(required) ? required : [])],
    },
    secrets: plugin.secrets.metadata ?? [],
  };
}

/** The schema with the plugins to choose from for new metadata: those that have any. */
export function withPluginChoice(kind: Kind, plugins: readonly Plugin[]): Kind {
  if (kind.name !== metadataKind) return kind;
  const names = plugins.filter((plugin) => plugin.metadata_schema).map(({ name }) => name);
  if (names.length === 0) return kind;
  const properties = propertiesOf(kind.schema);
  const id = { ...(properties[kind.id_field] as JsonRecord), enum: names.toSorted() };
  return { ...kind, schema: { ...kind.schema, properties: { ...properties, [kind.id_field]: id } } };
}

/** The schema with the plugins’ own in their places, in whose words a field of a plugin is named. */
export function withPluginFields(kind: Kind, plugins: readonly Plugin[]): JsonSchema {
  const { plugins: field, ...others } = propertiesOf(kind.schema);
  if (kind.plugin_door === null || !isJsonObject(field)) return kind.schema;
  const fields = plugins.map((plugin) => [plugin.name, { ...pluginDoor(plugin, kind).schema, title: plugin.title }]);
  const known = { title: field['title'], properties: Object.fromEntries(fields) as JsonRecord };
  return { ...kind.schema, properties: { ...others, plugins: known } };
}

function propertiesOf(schema: JsonSchema): JsonRecord {
  return isJsonObject(schema['properties']) ? schema['properties'] : {};
}

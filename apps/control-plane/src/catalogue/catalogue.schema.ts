import Type from 'typebox';
import { orNull, textsByName } from '../http/answer-schema.ts';

const jsonSchema = Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema with annotations.' });
const names = Type.Array(Type.String());

/** A kind of resource, with all that a form needs. */
export const kindSchema = Type.Object(
  {
    name: Type.String(),
    plural: Type.String(),
    label: Type.String(),
    title: Type.String(),
    description: Type.String(),
    id_field: Type.String(),
    methods: names,
    references: textsByName,
    plugin_door: orNull(Type.String({ enum: ['config', 'consumer', 'stream'] })),
    plugin_type: orNull(Type.String({ description: 'The only type of plugin that the kind may have.' })),
    id_segments: Type.Integer({ description: 'Parts of an id that slashes divide.' }),
    parent: orNull(
      Type.Object(
        { kind: Type.String(), field: orNull(Type.String()) },
        { description: 'The kind that resources live in: their ids are `<id of the parent>/<own id>`.' },
      ),
    ),
    not_served: orNull(Type.String({ description: 'Why the kind is stored and does nothing in this version.' })),
    schema: jsonSchema,
    secrets: names,
  },
  { $id: 'Kind' },
);

/** A plugin, with all that a form needs. */
export const pluginSchema = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    description: Type.String(),
    category: Type.String(),
    priority: Type.Number(),
    version: Type.String(),
    type: Type.Optional(Type.String()),
    subsystems: Type.Array(Type.String({ description: 'Where it runs: `http`, `stream`.' })),
    schema: jsonSchema,
    consumer_schema: Type.Optional(jsonSchema),
    metadata_schema: Type.Optional(jsonSchema),
    secrets: Type.Object({ config: names, consumer: names, metadata: names }),
  },
  { $id: 'Plugin' },
);

/** Everything that can be configured. */
export const catalogueSchema = Type.Object(
  { kinds: Type.Array(kindSchema), plugins: Type.Array(pluginSchema) },
  { $id: 'Catalogue' },
);

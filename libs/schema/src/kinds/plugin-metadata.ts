import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';

/** Schema of the metadata of any plugin; what else it may say is the plugin's own schema. */
export const PluginMetadataSchema = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 64,
      title: 'Plugin',
      description: 'Name of the plugin that this is for.',
    }),
  },
  { additionalProperties: true, title: 'Plugin metadata', description: 'What all configurations of a plugin share.' },
);

/** The metadata of a plugin. */
export type PluginMetadata = Static<typeof PluginMetadataSchema>;

/** What all configurations of one plugin share, wherever they stand. */
export const pluginMetadataKind = defineKind({
  name: 'plugin_metadata',
  plural: 'plugin_metadata',
  label: 'plugin_metadata',
  title: 'Plugin metadata',
  description: 'Settings that all configurations of a plugin share, such as the format of its log entries.',
  methods: ['GET', 'PUT', 'DELETE'],
  isTimed: false,
  schema: PluginMetadataSchema,
});

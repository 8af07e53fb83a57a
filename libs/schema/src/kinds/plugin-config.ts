import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { CreateTime, Description, Id, Labels, Plugins, UpdateTime } from '../defs/identity.ts';

/** Schema of a plugin config. */
export const PluginConfigSchema = Type.Object(
  {
    id: Id,
    name: Type.Optional(Type.String({ title: 'Name', description: 'What people call it. Need not be unique.' })),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    plugins: Plugins,
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { additionalProperties: false, title: 'Plugin config', description: 'Plugins that several routes share.' },
);

/** A plugin config, defaults filled. */
export type PluginConfig = Static<typeof PluginConfigSchema>;

/** Plugins that several routes share. */
export const pluginConfigKind = defineKind({
  name: 'plugin_config',
  title: 'Plugin config',
  description: 'Plugins that several routes share by naming its id.',
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  schema: PluginConfigSchema,
  pluginDoor: 'config',
});

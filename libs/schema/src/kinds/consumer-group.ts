import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { CreateTime, Description, Id, Labels, Plugins, UpdateTime } from '../defs/identity.ts';

/** Schema of a consumer group. */
export const ConsumerGroupSchema = Type.Object(
  {
    id: Id,
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        title: 'Name',
        description: 'What people call it. Need not be unique.',
      }),
    ),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    plugins: Plugins,
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { additionalProperties: false, title: 'Consumer group', description: 'Plugins that several consumers share.' },
);

/** A consumer group, defaults filled. */
export type ConsumerGroup = Static<typeof ConsumerGroupSchema>;

/** Plugins that run for each of its consumers: in place of a route's own, and replaced by those of the consumer. */
export const consumerGroupKind = defineKind({
  name: 'consumer_group',
  title: 'Consumer group',
  description: 'Plugins that several consumers share by naming its id.',
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  schema: ConsumerGroupSchema,
  pluginDoor: 'config',
});

import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { titled } from '../defs/choice.ts';
import { CreateTime, Description, Id, Labels, Plugins, UpdateTime } from '../defs/identity.ts';

/** Schema of a consumer. */
export const ConsumerSchema = Type.Object(
  {
    username: Type.String({
      minLength: 1,
      maxLength: 256,
      pattern: '^[a-zA-Z0-9_\\-]+$',
      title: 'Username',
      description: 'Name of the consumer, which also identifies it: letters, digits, `_` and `-`.',
    }),
    id: Type.Optional(Id),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    group_id: Type.Optional(titled(Id, 'Consumer group', 'Id of the group whose plugins the consumer shares.')),
    plugins: Type.Optional(
      titled(Plugins, 'Plugins', 'Credentials for authentication plugins, and plugins to run for this consumer.'),
    ),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { additionalProperties: false, title: 'Consumer', description: 'Somebody who calls through the gateway.' },
);

/** A consumer, defaults filled. */
export type Consumer = Static<typeof ConsumerSchema>;

/** Somebody who calls through the gateway. */
export const consumerKind = defineKind({
  name: 'consumer',
  title: 'Consumer',
  description: 'Somebody who calls through the gateway, known by credentials.',
  idField: 'username',
  methods: ['GET', 'PUT', 'DELETE'],
  schema: ConsumerSchema,
  references: { group_id: 'consumer_group' },
  pluginDoor: 'consumer',
});

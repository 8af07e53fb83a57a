import Type, { type Static } from 'typebox';
import { timeSchema } from '../http/answer-schema.ts';

const description = Type.String({ maxLength: 1024, title: 'Description', description: 'What the group is for.' });

/** A gateway group to be made. */
export const newGroupSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
      title: 'Name',
      description:
        'Small letters, digits and hyphens. It stands in paths and in the settings of data planes, and stays.',
    }),
    etcd_prefix: Type.Optional(
      Type.String({
        pattern: '^/[A-Za-z0-9._/-]*[A-Za-z0-9._-]$',
        maxLength: 256,
        title: 'Prefix in etcd',
        description: 'Where the group is published in etcd; `/sluice/<name>` without it. It stays, too.',
      }),
    ),
    description: Type.Optional(description),
  },
  { additionalProperties: false },
);

/** A gateway group to be made. */
export type NewGroup = Static<typeof newGroupSchema>;

/** What can be changed about a gateway group. */
export const groupEditSchema = Type.Object({ description }, { additionalProperties: false });

const groupFields = {
  name: Type.String(),
  description: Type.String(),
  etcd_prefix: Type.String(),
  revision: Type.Integer({ description: 'The newest revision; 0 before the first.' }),
  resource_count: Type.Integer(),
  created_at: timeSchema(),
  digest: Type.Optional(Type.String({ description: 'Of the newest state; for admins of the group.' })),
};

/** A gateway group in a list. */
export const groupSchema = Type.Object(groupFields, { $id: 'Group' });

/** A gateway group. */
export type GroupView = Static<typeof groupSchema>;

/** A gateway group with its data planes. */
export const groupDetailSchema = Type.Object(
  {
    ...groupFields,
    instances: Type.Object({ total: Type.Integer(), connected: Type.Integer() }, { description: 'Its data planes.' }),
  },
  { $id: 'GroupDetail' },
);

/** The name of a group that is gone. */
export const deletedGroupSchema = Type.Object({ deleted: Type.String() });

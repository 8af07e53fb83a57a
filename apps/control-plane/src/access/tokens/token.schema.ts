import { choice, kinds } from '@sluice/schema';
import Type, { type Static } from 'typebox';
import { orNull, timeSchema } from '../../http/answer-schema.ts';
import { tokenApis } from '../principal.ts';
import { roleField } from '../session.schema.ts';

const DAYS_MAX = 3_650;

const groupNames = Type.Array(
  Type.String({ title: 'Group', description: 'Name of a gateway group.', minLength: 1, maxLength: 63 }),
  {
    title: 'Groups',
    description: 'The only groups that it reaches. Null: all that its maker reaches, and what belongs to none.',
    minItems: 1,
    maxItems: 100,
    uniqueItems: true,
  },
);

const kindNames = Type.Array(choice([...kinds.keys()]), {
  title: 'Kinds',
  description: 'The only kinds of resources that it reads and writes, and nothing else of a group. Null: all.',
  minItems: 1,
  uniqueItems: true,
});

const days = Type.Integer({
  title: 'Expires in',
  description: 'Days until it stops working. Null: never.',
  minimum: 1,
  maximum: DAYS_MAX,
});

const apis = Type.Array(choice([...tokenApis]), {
  title: 'Interfaces',
  description: '`api` is `/api/v1`, `admin-api` the compatible Admin API.',
  minItems: 1,
  uniqueItems: true,
  default: [...tokenApis],
});

/** Body that makes a token. */
export const tokenRequestSchema = Type.Object(
  {
    name: Type.String({ title: 'Name', description: 'What the token is for.', minLength: 1, maxLength: 100 }),
    role: roleField,
    groups: Type.Optional(orNull(groupNames)),
    read_only: Type.Boolean({ title: 'Only reading', description: 'Whatever its role, it reads.', default: false }),
    apis,
    kinds: Type.Optional(orNull(kindNames)),
    expires_in_days: Type.Optional(orNull(days)),
  },
  { additionalProperties: false },
);

/** What a token is asked to be. */
export type TokenRequest = Static<typeof tokenRequestSchema>;

/** A token, without what would let anybody use it. */
export const tokenSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: choice(['own', 'service'], { description: 'Whether it belongs to a user, and goes with them.' }),
    username: orNull(Type.String()),
    prefix: orNull(Type.String({ description: 'How the token begins.' })),
    role: roleField,
    groups: orNull(Type.Array(Type.String())),
    read_only: Type.Boolean(),
    apis: Type.Array(choice([...tokenApis])),
    kinds: orNull(Type.Array(Type.String())),
    created_by: orNull(Type.String()),
    created_at: timeSchema(),
    expires_at: orNull(timeSchema()),
    last_used_at: orNull(timeSchema('Noted once a minute.')),
    revoked_at: orNull(timeSchema()),
  },
  { $id: 'Token' },
);

/** A token, without what would let anybody use it. */
export type TokenView = Static<typeof tokenSchema>;

/** A token that was just made. */
export const newTokenSchema = Type.Object(
  { token: tokenSchema, secret: Type.String({ description: 'The token itself, told only now.' }) },
  { $id: 'NewToken' },
);

/** A token that was just made: the only time that it is told. */
export type NewToken = Static<typeof newTokenSchema>;

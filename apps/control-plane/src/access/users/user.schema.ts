import { choice } from '@sluice/schema';
import Type, { type Static } from 'typebox';
import { orNull, timeSchema } from '../../http/answer-schema.ts';
import { PASSWORD_LENGTH_MIN, passwordField, roleField } from '../session.schema.ts';

/** The most groups in which one user may have roles of their own. */
const GROUPS_MAX = 1_000;

/** Nothing that looks like another name, and nothing that a path or a table would trip over. */
export const USERNAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$';

const groupRoles = Type.Array(
  Type.Object(
    { group: Type.String({ title: 'Group', description: 'Name of a gateway group.', maxLength: 63 }), role: roleField },
    { additionalProperties: false },
  ),
  {
    title: 'Roles in groups',
    description: 'The role in each group, besides the one everywhere.',
    maxItems: GROUPS_MAX,
  },
);

const about = {
  display_name: Type.Optional(
    orNull(Type.String({ title: 'Name', description: 'As people call them.', maxLength: 200 })),
  ),
  email: Type.Optional(
    orNull(Type.String({ title: 'E-mail', description: 'Address; it is only shown.', maxLength: 320 })),
  ),
  role: Type.Optional(orNull(roleField)),
  groups: Type.Optional(groupRoles),
};

const chosenPassword = Type.Optional(passwordField('Password', PASSWORD_LENGTH_MIN));

/** Body that makes a user. */
export const newUserSchema = Type.Object(
  {
    username: Type.String({ title: 'User name', description: 'Stays as it is for good.', pattern: USERNAME_PATTERN }),
    ...about,
    password: chosenPassword,
    must_change_password: Type.Boolean({
      title: 'Temporary password',
      description: 'Another password must be chosen at the first sign-in.',
      default: true,
    }),
  },
  { additionalProperties: false },
);

/** What a new user is asked to be. */
export type NewUserRequest = Static<typeof newUserSchema>;

/** Body that changes a user; what is left out stays. */
export const userChangeSchema = Type.Object(
  {
    ...about,
    disabled: Type.Optional(
      Type.Boolean({ title: 'Disabled', description: 'Nothing of theirs works: no password, no session, no token.' }),
    ),
  },
  { additionalProperties: false },
);

/** What shall be changed about a user. */
export type UserChange = Static<typeof userChangeSchema>;

/** Body that gives a user another password. */
export const passwordResetSchema = Type.Object({ password: chosenPassword }, { additionalProperties: false });

/** A user, as administrators see them. */
export const userSchema = Type.Object(
  {
    username: Type.String(),
    display_name: orNull(Type.String()),
    email: orNull(Type.String()),
    role: orNull(roleField),
    groups: Type.Array(Type.Object({ group: Type.String(), role: roleField })),
    origin: choice(['local', 'oidc']),
    roles_from_provider: Type.Boolean({ description: 'Roles are set at each sign-in, and cannot be changed here.' }),
    disabled: Type.Boolean(),
    must_change_password: Type.Boolean(),
    created_at: timeSchema(),
    password_changed_at: orNull(timeSchema()),
    last_sign_in_at: orNull(timeSchema()),
  },
  { $id: 'User' },
);

/** A user, as administrators see them. */
export type UserView = Static<typeof userSchema>;

/** A user that was just made, with the password that was made up. */
export const newUserAnswerSchema = Type.Object(
  { user: userSchema, password: orNull(Type.String()) },
  { $id: 'NewUser' },
);

/** The temporary password that was made up; null where one was given. */
export const resetAnswerSchema = Type.Object({ password: orNull(Type.String()) });

/** Body that gives a user a role in a group. */
export const memberRoleSchema = Type.Object({ role: roleField }, { additionalProperties: false });

/** Somebody who may do something in a group. */
export const memberSchema = Type.Object(
  {
    username: Type.String(),
    display_name: orNull(Type.String()),
    role: roleField,
    through: choice(['group', 'global'], { description: 'Whether the role is of this group, or one everywhere.' }),
    disabled: Type.Boolean(),
    roles_from_provider: Type.Boolean(),
  },
  { $id: 'Member' },
);

/** Somebody who may do something in a group. */
export type Member = Static<typeof memberSchema>;

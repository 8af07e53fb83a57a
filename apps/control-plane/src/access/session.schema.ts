import { choice } from '@sluice/schema';
import Type, { type Static } from 'typebox';
import { orNull, timeSchema } from '../http/answer-schema.ts';
import { roles } from './role.ts';

// Hashing takes whatever it is given, so length is bounded before.
const PASSWORD_MAX = 1024;

/** The shortest password that may be chosen, in characters. */
export const PASSWORD_LENGTH_MIN = 10;

/** A password: what is typed at sign-in may be short, what is chosen may not. */
export const passwordField = (title: string, minLength: number) =>
  Type.String({ title, description: `${title}.`, minLength, maxLength: PASSWORD_MAX });

/** One of the roles. */
export const roleField = choice([...roles], { title: 'Role', description: 'What somebody may do.' });

/** Body of a sign-in. */
export const signInSchema = Type.Object(
  {
    username: Type.String({ title: 'User name', description: 'User name.', minLength: 1, maxLength: 256 }),
    password: passwordField('Password', 1),
  },
  { additionalProperties: false },
);

/** Body of a password change. */
export const passwordChangeSchema = Type.Object(
  {
    current_password: passwordField('Current password', 1),
    new_password: passwordField('New password', PASSWORD_LENGTH_MIN),
  },
  { additionalProperties: false },
);

/** Who is signed in, and what they may do. */
export const sessionSchema = Type.Object(
  {
    user: Type.Object({
      username: Type.String(),
      role: orNull(roleField),
      display_name: orNull(Type.String()),
    }),
    grants: Type.Array(Type.Object({ group: orNull(Type.String()), role: roleField })),
    method: choice(['password', 'oidc']),
    must_change_password: Type.Boolean(),
    created_at: timeSchema(),
    expires_at: timeSchema('When it ends, unless it is used before.'),
    ends_at: timeSchema('When it ends at the latest.'),
    csrf_token: Type.String(),
  },
  { $id: 'Session' },
);

/** What the dashboard knows about who is signed in. */
export type SessionView = Static<typeof sessionSchema>;

/** In which ways somebody may sign in. */
export const signInOptionsSchema = Type.Object(
  {
    password: choice(['everyone', 'owners']),
    oidc: orNull(Type.Object({ name: Type.String(), url: Type.String() })),
  },
  { $id: 'SignInOptions' },
);

/** In which ways somebody may sign in. */
export type SignInOptions = Static<typeof signInOptionsSchema>;

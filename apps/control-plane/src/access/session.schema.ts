import Type from 'typebox';

// Hashing takes whatever it is given, so length is bounded before.
const PASSWORD_MAX = 1024;

const password = (title: string, minLength: number) => Type.String({ title, minLength, maxLength: PASSWORD_MAX });

/** Body of a sign-in. */
export const signInSchema = Type.Object(
  { username: Type.String({ title: 'User name', minLength: 1, maxLength: 256 }), password: password('Password', 1) },
  { additionalProperties: false },
);

/** Body of a password change. */
export const passwordChangeSchema = Type.Object(
  { current_password: password('Current password', 1), new_password: password('New password', 10) },
  { additionalProperties: false },
);

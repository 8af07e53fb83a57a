import Type, { type Static } from 'typebox';
import { orNull, textsByName, timeSchema } from '../http/answer-schema.ts';

const YEAR_SECONDS = 366 * 24 * 3600;

/** Body of the request for a join token. */
export const joinTokenSchema = Type.Object(
  {
    name: Type.String({ title: 'Name', description: 'What the token is for.', minLength: 1, maxLength: 100 }),
    expires_in_seconds: Type.Optional(
      Type.Integer({
        title: 'Expires in',
        description: 'Seconds until no new data plane can join with it. Those that have joined stay. Absent: never.',
        minimum: 1,
        maximum: YEAR_SECONDS,
      }),
    ),
    labels: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 64 }), Type.String({ maxLength: 256 }), {
        title: 'Labels',
        description: 'Labels that every data plane gets that joins with it.',
        maxProperties: 32,
      }),
    ),
  },
  { additionalProperties: false },
);

/** What a join token is asked to be. */
export type JoinTokenRequest = Static<typeof joinTokenSchema>;

/** A join token as it is listed: without the token. */
export const joinTokenViewSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    labels: textsByName,
    created_by: Type.String(),
    created_at: timeSchema(),
    expires_at: orNull(timeSchema()),
    last_used_at: orNull(timeSchema()),
    revoked_at: orNull(timeSchema()),
    instances: Type.Integer({ description: 'Data planes that joined with it.' }),
  },
  { $id: 'JoinToken' },
);

/** A join token that was just made. */
export const newJoinTokenSchema = Type.Object(
  {
    id: Type.String(),
    token: Type.String({ description: 'Told only now.' }),
    key_sha256: Type.String({ description: 'By it a data plane knows the control plane.' }),
    expires_at: orNull(timeSchema()),
  },
  { $id: 'NewJoinToken' },
);

import Type, { type Static } from 'typebox';

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

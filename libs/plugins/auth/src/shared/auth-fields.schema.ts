import { Type } from '@sluice/schema';

/** The consumer that stands for everybody without valid credentials. */
export const AnonymousConsumer = Type.Optional(
  Type.String({
    minLength: 1,
    title: 'Anonymous consumer',
    description:
      'Username of the consumer that requests without valid credentials count as; without it they are refused.',
  }),
);

/** Whether the upstream sees the credentials. */
export const HideCredentials = Type.Boolean({
  default: false,
  title: 'Hide the credentials from the upstream',
  description: 'Takes the credentials out of the request before it is passed on.',
});

/** The realm of the challenge. */
export const realm = (initial: string) =>
  Type.String({
    default: initial,
    minLength: 1,
    maxLength: 128,
    pattern: '^[ -!#-[\\]-~]+$',
    title: 'Realm',
    description: 'Realm named in the `WWW-Authenticate` header of a refusal.',
  });

import { definePluginSchema, Type } from '@sluice/schema';

/** What `key-auth` can be told on a route and the like, and by a consumer. */
export const keyAuthSchema = definePluginSchema({
  name: 'key-auth',
  category: 'auth',
  priority: 2500,
  type: 'auth',
  phases: ['rewrite'],
  title: 'Key authentication',
  description: 'Lets in only clients that present the API key of a consumer, in a header or in the query string.',
  lookupKey: 'key',
  secrets: { consumer: ['key'] },
  config: Type.Object({
    header: Type.String({
      default: 'apikey',
      title: 'Header',
      description: 'Request header that carries the key. Looked at first.',
    }),
    query: Type.String({
      default: 'apikey',
      title: 'Query argument',
      description: 'Argument of the query string that carries the key when the header is absent.',
    }),
    hide_credentials: Type.Boolean({
      default: false,
      title: 'Hide the key from the upstream',
      description: 'Removes the header or the argument that carried the key before the request is passed on.',
    }),
    anonymous_consumer: Type.Optional(
      Type.String({
        minLength: 1,
        title: 'Anonymous consumer',
        description:
          'Username of the consumer that requests without a valid key count as; without it they are refused.',
      }),
    ),
    realm: Type.String({
      default: 'key',
      minLength: 1,
      maxLength: 128,
      pattern: '^[ -!#-[\\]-~]+$',
      title: 'Realm',
      description: 'Realm named in the `WWW-Authenticate` header of a refusal.',
    }),
  }),
  consumer: Type.Object({
    key: Type.String({
      title: 'Key',
      description: 'The API key of this consumer. No two consumers may share one.',
    }),
  }),
});

import { definePluginSchema, Type } from '@sluice/schema';
import { AnonymousConsumer, HideCredentials, realm } from '../shared/auth-fields.schema.ts';

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
    hide_credentials: HideCredentials,
    anonymous_consumer: AnonymousConsumer,
    realm: realm('key'),
  }),
  consumer: Type.Object({
    key: Type.String({
      title: 'Key',
      description: 'The API key of this consumer. No two consumers may share one.',
    }),
  }),
});

import { definePluginSchema, Type } from '@sluice/schema';
import { AnonymousConsumer, HideCredentials, realm } from '../shared/auth-fields.schema.ts';

/** What `basic-auth` can be told on a route and the like, and by a consumer. */
export const basicAuthSchema = definePluginSchema({
  name: 'basic-auth',
  category: 'auth',
  priority: 2520,
  type: 'auth',
  phases: ['rewrite'],
  title: 'Basic authentication',
  description: 'Lets in only clients that present the name and the password of a consumer (RFC 7617).',
  lookupKey: 'username',
  secrets: { consumer: ['password'] },
  config: Type.Object({
    hide_credentials: HideCredentials,
    anonymous_consumer: AnonymousConsumer,
    realm: realm('basic'),
  }),
  consumer: Type.Object({
    username: Type.String({
      title: 'Name',
      description: 'The name to sign in with. No two consumers may share one. Without a colon.',
    }),
    password: Type.String({ title: 'Password', description: 'The password that goes with the name.' }),
  }),
});

import { definePluginSchema, Type } from '@sluice/schema';

/** What `csrf` can be told. */
export const csrfSchema = definePluginSchema({
  name: 'csrf',
  category: 'security',
  priority: 2980,
  phases: ['access', 'header_filter'],
  title: 'CSRF protection',
  description: 'Lets a browser change something only from a page that can read a signed cookie: double submit.',
  secrets: { config: ['key'] },
  config: Type.Object({
    key: Type.String({
      title: 'Key',
      description: 'Secret that signs the tokens. All data planes must have the same.',
    }),
    expires: Type.Integer({
      default: 7200,
      title: 'Lifetime',
      description: 'Seconds that a token is good for; 0 for ever.',
    }),
    name: Type.String({
      default: 'apisix-csrf-token',
      title: 'Name',
      description: 'Name of the cookie, and of the request header that repeats it.',
    }),
  }),
  extraChecks: ({ name }) =>
    /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) ? undefined : `property "name" must be a token that a header can have`,
});
